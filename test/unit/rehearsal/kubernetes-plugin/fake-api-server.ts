import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { KubeClient, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import { freePort } from "../../../support/free-port.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const found = (body: unknown): Answer => ({ status: 200, body });

/** What an API server that refuses says. */
export const refused = (status: number, reason: string, message: string, causes: readonly object[] = []): Answer => ({
  status,
  body: { apiVersion: "v1", kind: "Status", status: "Failure", reason, message, details: { causes } },
});

const configMaps = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
const deployments = { resources: [{ name: "deployments", kind: "Deployment", namespaced: true }] };

/** A client of an API server that knows two kinds and for the rest answers as told; `undefined` breaks the connection. */
export async function fakeApiServer(answer: (method: string) => Answer | undefined): Promise<KubeClient> {
  const server = createServer((request, response) => {
    const discovered = { "/api/v1": configMaps, "/apis/apps/v1": deployments }[request.url ?? ""];
    const given = discovered ? found(discovered) : answer(request.method ?? "");
    if (given === undefined) return void request.socket.destroy();
    response.writeHead(given.status).end(JSON.stringify(given.body));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  return new KubeClient(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: {} }],
      "current-context": "c",
    }),
  );
}

export const configMap = (metadata: KubeObject["metadata"] = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", namespace: "default", uid: "1", ...metadata },
  data: { a: "1" },
});
