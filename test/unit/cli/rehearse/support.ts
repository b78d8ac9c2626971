import { next, initialState, type RunState } from "../../../../cli/rehearse/state.ts";
import type { EventOf, Phase, RehearsalEvent } from "../../../../rehearsal/events.ts";

/** The state after events, each at a time in seconds. */
export const stateAfter = (...events: readonly (readonly [seconds: number, event: RehearsalEvent])[]): RunState =>
  events.reduce((state, [seconds, event]) => next(state, event, seconds * 1_000), initialState("local"));

export const phase = (
  name: Phase,
  state: EventOf<"phase">["state"],
  milliseconds = 0,
  text?: string,
): EventOf<"phase"> => ({ kind: "phase", phase: name, state, milliseconds, ...(text !== undefined && { text }) });

export const progress: EventOf<"progress"> = {
  kind: "progress",
  pods: { ready: 3, total: 11 },
  routes: { ready: 0, total: 12 },
  resources: { ready: 40, total: 142 },
  waiting: [
    { what: "pod law/saul", why: "its containers have not started" },
    { what: "HTTPRoute gateway/saul", why: "no condition Accepted yet" },
  ],
};

export const reported: EventOf<"report"> = {
  kind: "report",
  report: {
    specialists: [
      {
        name: "saul",
        domain: "law",
        runtime: "vllm",
        pool: "g6",
        gpusPerReplica: 1,
        route: "model saul",
        ok: true,
        answer: "200 from saul-1",
        node: "g6-0",
        milliseconds: 12,
      },
    ],
    gateway: [{ name: "models are listed", route: "/v1/models", ok: true, answer: "200", node: "", milliseconds: 2 }],
    cost: { gpus: 1, usdPerHour: 0.8, region: "us-east-1", priceDate: "2026-07-20", leftOut: ["taxes"] },
    notRehearsed: ["image pulls"],
  },
};

export const standing: EventOf<"standing"> = {
  kind: "standing",
  socket: "/run/gateway.sock",
  curl: "curl --unix-socket '/run/gateway.sock' http://models",
  kubeconfig: "/run/kubeconfig",
  exec: "npm run rehearse -- exec -- kubectl get pods -A",
};

export const failure: EventOf<"failure"> = {
  kind: "failure",
  message: "1 of 2 requests failed:\n  saul: HTTP 503",
  problems: [{ what: "saul", why: "HTTP 503" }],
};

/** A stream that remembers. */
export function paper() {
  let text = "";
  return { write: (more: string) => (text += more), text: () => text };
}
