import { expect, test } from "vitest";
import { read } from "../../../../rehearsal/kubernetes-plugin/read.ts";
import { type Asked, configMap, fakeApiServer, found, inTurn, refused, session } from "./fake-api-server.ts";

const urn = "urn:pulumi:test::project::kubernetes:core/v1:ConfigMap::x";
const type = "kubernetes:core/v1:ConfigMap";
const path = "/api/v1/namespaces/default/configmaps/x";
const notFound = refused(404, "NotFound", 'configmaps "x" not found');
const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "default" }, data: { a: "1" } };
const first = { urn, type, id: "default/x", old: {}, inputs: {} };

test.each(["default/x", "x"])(
  "an import of %s finds the object, keeps the id and gives a program's inputs",
  async (id) => {
    const asked: Asked[] = [];
    const live = configMap({ resourceVersion: "7", managedFields: [{ manager: "someone" }] });
    const client = await fakeApiServer(() => found(live), {}, asked);
    const state = await read(session(client), { ...first, id });
    expect(state).toMatchObject({ id, inputs });
    expect(state?.outputs).toMatchObject({ __inputs: inputs, __initialApiVersion: "v1", metadata: { uid: "1" } });
    // Nothing is applied yet, not even for a try.
    expect(asked.map(({ method, path }) => ({ method, path }))).toEqual([{ method: "GET", path }]);
  },
);

test("what is read again and again without being kept has the same notes each time", async () => {
  const client = await fakeApiServer(() => found(configMap()));
  const manager = async () => (await read(session(client), first))?.outputs["__fieldManager"];
  expect(await manager()).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(await manager()).toBe(await manager());
});

test("a refresh asks under the state's field manager, and keeps it", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(() => found(configMap()), {}, asked);
  const old = { ...configMap(), __fieldManager: "theirs", __initialApiVersion: "v1" };
  const state = await read(session(client), { ...first, id: "x", old, inputs });
  expect(state).toMatchObject({ drifted: false, inputs, outputs: { __fieldManager: "theirs" } });
  expect(asked[1]?.query).toEqual({ fieldManager: "theirs", force: "true", dryRun: "All" });
});

test("a refresh finds what somebody changed", async () => {
  const live = { ...configMap(), data: { a: "theirs" } };
  const client = await fakeApiServer(inTurn({ GET: [found(live)], PATCH: [found(configMap())] }));
  const state = await read(session(client), { ...first, old: configMap(), inputs });
  expect(state).toMatchObject({ drifted: true, inputs: { ...inputs, data: { a: "theirs" } } });
});

test("a refresh takes what others add to an empty map, and what the API server leaves out, for no change of the program's", async () => {
  const said = { ...inputs, metadata: { ...inputs.metadata, annotations: {} }, immutable: false };
  const noted = { annotations: { "example.io/by": "a controller" } };
  const ask = async (data: object) => {
    const live = { ...configMap(noted), data };
    const client = await fakeApiServer(inTurn({ GET: [found(live)], PATCH: [found(configMap())] }));
    return read(session(client), { ...first, old: configMap(), inputs: said });
  };
  expect(await ask({ a: "1" })).toMatchObject({ drifted: false });
  expect((await ask({ a: "theirs" }))?.inputs).toEqual({ ...said, data: { a: "theirs" } });
});

test("what is gone is not there, and a patch cannot be read at all", async () => {
  const client = await fakeApiServer(() => notFound);
  expect(await read(session(client), first)).toBeUndefined();
  const unknown = { ...first, type: "kubernetes:core/v1:Unknown" };
  expect(await read(session(client), unknown)).toBeUndefined();
  await expect(read(session(client), { ...first, type: "kubernetes:core/v1:ConfigMapPatch" })).rejects.toThrow(
    "kubernetes:core/v1:ConfigMapPatch cannot be imported or read: it is a change of an object, not an object. " +
      "Declare it without import, or read the ConfigMap itself.",
  );
});
