import { expect, test } from "vitest";
import { KubeError } from "../../../../rehearsal/kube/client.ts";
import { type Asked, configMap, fakeApiServer, found, inTurn, refused } from "./fake-api-server.ts";

const path = "/api/v1/namespaces/default/configmaps/x";
const starting = refused(503, "ServiceUnavailable", "the API server is starting");
const electing = refused(500, "InternalError", "etcdserver: leader changed");

test.each(["GET", "PATCH", "DELETE"])("%s outlasts a server that is away for a while", async (method) => {
  const answers = [found(configMap()), undefined, starting, electing, found(configMap({ uid: "2" }))];
  const client = await fakeApiServer(() => answers.shift(), { patienceSeconds: 60 });
  await client.request("GET", path);
  expect((await client.request(method, path, { body: {} })).metadata.uid).toBe("2");
});

test("a creation is not sent twice: the first may have been heard", async () => {
  const asked: Asked[] = [];
  const answer = inTurn({ GET: [found(configMap())], POST: [undefined] });
  const client = await fakeApiServer(answer, { patienceSeconds: 60 }, asked);
  await client.request("GET", path);
  await expect(client.request("POST", path, { body: {} })).rejects.toMatchObject({ status: 0 });
  expect(asked.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("a server that never answered is not waited for", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(() => undefined, { patienceSeconds: 60 }, asked);
  await expect(client.request("GET", path)).rejects.toMatchObject({ status: 0 });
  expect(asked).toHaveLength(1);
});

test("patience has an end, and a refusal is none of its business", async () => {
  const client = await fakeApiServer(inTurn({ GET: [found(configMap()), undefined] }), { patienceSeconds: 0.01 });
  await client.request("GET", path);
  await expect(client.request("GET", path)).rejects.toMatchObject({ status: 0 });
  const broken = refused(500, "InternalError", "failed calling webhook");
  const other = await fakeApiServer(inTurn({ GET: [found(configMap()), broken] }), { patienceSeconds: 60 });
  await other.request("GET", path);
  await expect(other.request("GET", path)).rejects.toEqual(
    new KubeError(500, "InternalError", "failed calling webhook", { causes: [] }),
  );
});

test("an abort ends the wait for a server", async () => {
  const abort = new AbortController();
  const client = await fakeApiServer(
    (method) => {
      if (method === "GET") return found(configMap());
      abort.abort();
      return undefined;
    },
    { patienceSeconds: 60 },
  );
  await client.request("GET", path);
  await expect(client.request("PATCH", path, { body: {}, signal: abort.signal })).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("patience can be given up without aborting a request", async () => {
  const giveUp = new AbortController();
  const answer = (method: string) => {
    if (method === "PATCH") giveUp.abort();
    return method === "DELETE" ? undefined : found(configMap());
  };
  const client = await fakeApiServer(answer, { patienceSeconds: 60 });
  await client.request("PATCH", path, { body: {}, giveUp: giveUp.signal });
  await expect(client.request("DELETE", path, { giveUp: giveUp.signal })).rejects.toMatchObject({ status: 0 });
});

test("of many that miss a kind, one asks the API server for all", async () => {
  const asked: string[] = [];
  const client = await fakeApiServer(() => found({ resources: [] }));
  const request = client.request.bind(client);
  client.request = (method, where, options) => {
    asked.push(where);
    return request(method, where, options);
  };
  const missing = Array.from({ length: 50 }, () => client.pathOf("example.io/v1", "Part"));
  const results = await Promise.allSettled(missing);
  expect(results.every(({ status }) => status === "rejected")).toBe(true);
  expect(asked).toEqual(["/apis/example.io/v1", "/apis/example.io/v1"]);
});
