import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { type ClientOptions, KubeClient, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import type { Settings } from "../../../../rehearsal/kubernetes-plugin/config.ts";
import type { Session } from "../../../../rehearsal/kubernetes-plugin/session.ts";
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

const resources = (...kinds: (readonly [kind: string, namespaced: boolean])[]) => ({
  resources: kinds.map(([kind, namespaced]) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced })),
});
const served: Readonly<Record<string, unknown>> = {
  "/api/v1": resources(["ConfigMap", true], ["Secret", true], ["Namespace", false]),
  "/apis/apps/v1": resources(["Deployment", true]),
  "/apis/batch/v1": resources(["Job", true]),
};

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * A client of an API server that knows a few kinds and for the rest answers as told; `undefined` breaks the connection.
 * @param asked gets every request but those for the kinds.
 */
export async function fakeApiServer(
  answer: (method: string) => Answer | undefined,
  options: ClientOptions = {},
  asked: Asked[] = [],
): Promise<KubeClient> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const url = new URL(request.url ?? "", "http://host");
    const method = request.method ?? "";
    const discovered = served[url.pathname];
    if (!discovered) {
      const query = Object.fromEntries(url.searchParams);
      asked.push({ method, path: url.pathname, query, body: body === "" ? undefined : JSON.parse(body) });
    }
    const given = discovered ? found(discovered) : answer(method);
    if (given === undefined) request.socket.destroy();
    else response.writeHead(given.status).end(JSON.stringify(given.body));
  };
  const server = createServer((request, response) => void handle(request, response));
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
    options,
  );
}

/** Answers the requests of each method one after the other; the last answer stays. */
export const inTurn = (answers: Record<string, (Answer | undefined)[]>) => (method: string) => {
  const left = answers[method] ?? [];
  return left.length > 1 ? left.shift() : left[0];
};

/** The provider's defaults, but for data that may change; without a client the cluster is not known. */
export const settings = (client?: KubeClient): Settings => ({
  client,
  namespace: "default",
  deleteUnreachable: false,
  upsertExistingObjects: false,
  patchForce: false,
  mutableConfigMaps: true,
  mutableSecrets: true,
});
export const session = (client: KubeClient): Session => ({
  settings: settings(client),
  log: { status: () => undefined, warn: () => undefined },
  cancelled: new AbortController().signal,
});

/** How a removal waits, and what it tells. */
export const removal = (deadlineSeconds: number, told: string[] = []) => ({
  deadlineSeconds,
  signal: new AbortController().signal,
  onProgress: (message: string) => told.push(message),
  fieldManager: "me",
  onKept: (message: string) => told.push(message),
});

export const configMap = (metadata: KubeObject["metadata"] = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", namespace: "default", uid: "1", ...metadata },
  data: { a: "1" },
});
