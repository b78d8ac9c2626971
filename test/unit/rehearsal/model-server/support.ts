import { onTestFinished, vi } from "vitest";
import type { Persona } from "../../../../rehearsal/model-server/persona.ts";
import { startModelServer, type Fault } from "../../../../rehearsal/model-server/server.ts";

export const finPersona: Persona = {
  specialist: "fin-r1",
  domain: "finance",
  runtime: "vllm",
  models: ["fin-r1", "finance-default"],
  answersAll: false,
  kind: "chat",
  restPaths: [],
  healthPaths: { live: "/health", ready: "/health" },
  pod: "fin-r1-7d9-x2x",
  namespace: "polymath-finance",
  node: "gpu-l4-0",
};

export const boltzPersona: Persona = {
  specialist: "boltz2",
  domain: "biology",
  runtime: "nim-1",
  models: [],
  answersAll: false,
  kind: "rest",
  restPaths: ["/biology/mit/boltz2/predict"],
  healthPaths: { live: "/v1/health/live", ready: "/v1/health/ready" },
  pod: "boltz2-5f-abc",
  namespace: "polymath-biology",
  node: "gpu-l40s-1",
};

export const embedPersona: Persona = {
  ...boltzPersona,
  specialist: "embed",
  domain: "general",
  models: ["embed-1b"],
  kind: "embedding",
  restPaths: [],
  pod: "embed-6c-k8k",
  namespace: "polymath-general",
};

/** Who answered, as every JSON body tells it. */
export const identityOf = ({ specialist, pod, namespace, node }: Persona) => ({
  specialist,
  pod,
  namespace,
  node,
  simulated: true,
});

/** What a body must hold when the server refuses. */
export const errorOf = (
  persona: Persona,
  message: string,
  code: string,
  param: string | null = null,
  type = "invalid_request_error",
) => ({ error: { message, type, param, code }, polymath: identityOf(persona) });

/** Seconds since 1970 that the server tells in a test which calls this. */
export function freezeDate(): number {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T00:00:00.500Z") });
  onTestFinished(() => void vi.useRealTimers());
  return Date.parse("2026-11-23T00:00:00Z") / 1000;
}

/** Starts a server on a free port of the loopback address; stopped when the test is over. */
export async function serve(persona: Persona, fault?: Fault): Promise<string> {
  const server = await startModelServer(persona, { address: "127.0.0.1", port: 0, ...(fault && { fault }) });
  onTestFinished(() => server.close());
  return server.url;
}

/** One value out of a JSON text. */
export function at(text: string, ...path: readonly (string | number)[]): unknown {
  let value: unknown = JSON.parse(text);
  for (const key of path) {
    if (typeof value !== "object" || value === null) throw new Error(`no ${path.join(".")} in ${text}`);
    value = Reflect.get(value, key);
  }
  return value;
}

export interface Got {
  readonly status: number;
  /** Without those that Node adds to every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const nodesOwn = new Set(["connection", "date", "transfer-encoding"]);

export async function ask(url: string, init?: RequestInit): Promise<Got> {
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !nodesOwn.has(name))),
    text: await response.text(),
  };
}

/** @param body a string goes as it is, anything else as JSON. */
export const post = (url: string, body: unknown): Promise<Got> =>
  ask(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

export const jsonHeaders = (persona: Persona, text: string) => ({
  "content-length": String(Buffer.byteLength(text)),
  "content-type": "application/json",
  "x-polymath-node": persona.node,
  "x-polymath-pod": persona.pod,
  "x-polymath-specialist": persona.specialist,
});

export const streamHeaders = (persona: Persona) => ({
  "cache-control": "no-cache",
  "content-type": "text/event-stream; charset=utf-8",
  "x-polymath-node": persona.node,
  "x-polymath-pod": persona.pod,
  "x-polymath-specialist": persona.specialist,
});

/** The data of each server-sent event, parsed; the closing [DONE] as that string. */
export function readEvents(text: string): readonly unknown[] {
  const blocks = text.split("\n\n");
  if (blocks.pop() !== "") throw new Error("the stream does not end with an empty line");
  return blocks.map((block) => {
    if (!block.startsWith("data: ") || block.includes("\n")) throw new Error(`not one data line: ${block}`);
    const data = block.slice("data: ".length);
    return data === "[DONE]" ? data : JSON.parse(data);
  });
}
