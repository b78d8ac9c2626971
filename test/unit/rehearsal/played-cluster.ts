import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { KubeClient, type KubeObject } from "../../../rehearsal/kube/client.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** An API server without a store, for those who play a cluster's parts: it has what a test says, and keeps what it is asked. */
export async function playedCluster() {
  const objects = new Map<string, Partial<KubeObject>>();
  const watches = new Map<string, ServerResponse>();
  const asked: Asked[] = [];
  /** What answers to a path wait for. */
  const held = new Map<string, Promise<void>>();
  const answer = async (method: string, url: URL, body: string, response: ServerResponse) => {
    const path = url.pathname;
    if (url.searchParams.has("watch")) {
      response.writeHead(200).flushHeaders();
      watches.set(path, response);
      return;
    }
    asked.push({ method, path, body: body === "" ? undefined : JSON.parse(body) });
    await held.get(path);
    const found = objects.get(path);
    const isOne = /[-\d][^/]*$/.test(path);
    if (method === "GET" && isOne && !found) response.writeHead(404).end("{}");
    else response.end(JSON.stringify({ kind: "Any", metadata: {}, items: [], ...found }));
  };
  const server = createServer(
    (request, response) =>
      void text(request).then((body) =>
        answer(request.method ?? "", new URL(request.url ?? "", "http://host"), body, response),
      ),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const ending = new AbortController();
  onTestFinished(() => {
    ending.abort();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = new KubeClient(
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "c", context: { cluster: "c" } }],
      "current-context": "c",
    }),
  );
  return {
    client,
    /** By path; a name has a digit or a hyphen in it. */
    objects,
    asked,
    signal: ending.signal,
    /** Whether somebody watches a collection. */
    isWatched: (path: string) => watches.has(path),
    tell: (path: string, type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject) =>
      void watches.get(path)?.write(`${JSON.stringify({ type, object })}\n`),
    /** Holds answers to a path back until what it returns is called. */
    hold: (path: string): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(path, promise);
      return () => {
        held.delete(path);
        resolve();
      };
    },
  };
}
