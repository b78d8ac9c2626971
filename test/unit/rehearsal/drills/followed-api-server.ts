import { createServer, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { KubeClient, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import { freePort } from "../../../support/free-port.ts";

/** An API server whose pods and nodes are followed: lists are empty, and what a test tells goes to whoever watches. */
export async function followedApiServer(): Promise<{
  readonly client: KubeClient;
  /** Sends an event to the watchers of a collection; resolves once there is one. */
  readonly tell: (path: string, type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject) => Promise<void>;
}> {
  const watchers = new Map<string, PromiseWithResolvers<ServerResponse>>();
  const watcherOf = (path: string) => {
    const known = watchers.get(path) ?? Promise.withResolvers<ServerResponse>();
    watchers.set(path, known);
    return known;
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://host");
    response.writeHead(200);
    if (!searchParams.has("watch")) {
      response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items: [] }));
      return;
    }
    response.flushHeaders();
    watcherOf(pathname).resolve(response);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const kubeconfig = {
    clusters: [{ name: "one", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "one", user: {} }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one" } }],
    "current-context": "one",
  };
  return {
    client: new KubeClient(JSON.stringify(kubeconfig)),
    tell: async (path, type, object) => {
      const watcher = await watcherOf(path).promise;
      await new Promise((resolve) => watcher.write(`${JSON.stringify({ type, object })}\n`, resolve));
    },
  };
}
