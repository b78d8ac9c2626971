import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { KubeClient, type KubeObject } from "../../../rehearsal/kube/client.ts";
import { follow } from "../../../rehearsal/kube/follow.ts";

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const pod = (name: string, uid: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "a", uid } });
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

/** How the API server answers, list and watch in turn. */
type Answer = (response: ServerResponse) => void;

const list =
  (...items: readonly unknown[]): Answer =>
  (response) =>
    response.end(JSON.stringify({ kind: "PodList", metadata: { resourceVersion: "1" }, items }));

test("nothing is missed and nothing ends it while the API server breaks off, fails, and comes back", async () => {
  const gaveUp = new AbortController();
  const answers: readonly Answer[] = [
    list(pod("one", "1"), pod("two", "2")),
    // A watch that is cut in the middle of an event.
    (response) => {
      response.write(event("ADDED", pod("three", "3")));
      response.write('{"type":"DELETED","object":{"meta', () => response.destroy());
    },
    // Gone for a moment, and not ready for another.
    (response) => response.destroy(),
    (response) => response.writeHead(500).end("etcdserver: leader changed"),
    // "one" has gone meanwhile, and another "two" has come.
    list(pod("two", "22"), pod("three", "3")),
    (response) => response.end(event("ERROR", { kind: "Status", code: 410 })),
    list(pod("two", "22")),
    (response) => void response.write(event("DELETED", pod("two", "22"))),
  ];
  let asked = 0;
  server.on("request", (_request, response) => answers[asked++]?.(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "c", context: { cluster: "c" } }],
    "current-context": "c",
  });
  const seen: string[] = [];
  const note =
    (what: string) =>
    ({ metadata }: KubeObject) =>
      seen.push(`${what} ${metadata.name} ${metadata.uid}`);
  const handlers = {
    onChange: note("changed"),
    onGone: (object: KubeObject) => {
      note("gone")(object);
      if (object.metadata.uid === "22") gaveUp.abort();
    },
  };
  await follow(new KubeClient(kubeconfig), "/api/v1/pods", handlers, gaveUp.signal);
  expect(seen).toEqual([
    "changed one 1",
    "changed two 2",
    "changed three 3",
    "gone one 1",
    "gone two 2",
    "changed two 22",
    "changed three 3",
    "gone three 3",
    "changed two 22",
    "gone two 22",
  ]);
  expect(asked).toBe(answers.length);
});
