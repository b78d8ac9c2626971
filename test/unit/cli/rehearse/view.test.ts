import { expect, test } from "vitest";
import { initialState } from "../../../../cli/rehearse/state.ts";
import { plainView, quietView, type View } from "../../../../cli/rehearse/view.ts";
import type { RehearsalEvent } from "../../../../rehearsal/events.ts";
import { failure, paper, phase, progress, reported, standing } from "./support.ts";

/** What a view writes to its two streams for events, each at a time in seconds. */
function written(
  make: typeof plainView,
  events: readonly (readonly [number, RehearsalEvent])[],
  before: (view: View) => void = () => undefined,
) {
  const [out, err] = [paper(), paper()];
  let time = 0;
  const view = make({ out, err, logs: () => "/run/logs", now: () => time });
  before(view);
  for (const [seconds, event] of events) {
    time = seconds * 1_000;
    view.show(event, initialState("local"));
  }
  view.close();
  return { out: out.text(), err: err.text() };
}

test("news are lines with their time; phases without words and facts for machines are none", () => {
  const { out, err } = written(plainView, [
    [0, phase("tools", "begun")],
    [0, phase("tools", "done")],
    [0, phase("control-plane", "begun")],
    [12.4, phase("control-plane", "done", 12_000, "control plane is ready")],
    [13, { kind: "note", text: "nodes are slow today" }],
    [140, { kind: "stable" }],
    [141, { kind: "destroyed", objects: 3 }],
  ]);
  expect(out).toBe("[ 12 s] control plane is ready\n[ 13 s] nodes are slow today\n");
  expect(err).toBe("");
});

test("what is waited for comes every ten seconds, counted from the phase's beginning", () => {
  const { out } = written(plainView, [
    [5, phase("update", "begun")],
    ...[6, 10, 14.9, 15, 15.5, 24, 26].map((seconds) => [seconds, progress] as const),
    [40, { ...progress, resources: null, waiting: [], routes: { ready: 0, total: 0 } }],
  ]);
  const line =
    "resources 40/142, pods 3/11, routes 0/12; 2 not ready yet, among them pod law/saul: its containers have not started\n";
  expect(out).toBe(`[ 15 s] ${line}[ 26 s] ${line}[ 40 s] planning, pods 3/11; the engine is at work\n`);
});

const ending = [
  [1, { kind: "note", text: "a note" }],
  [100, reported],
  [101, { kind: "drill", table: "node  lost 3 requests" }],
  [102, failure],
  [103, standing],
] as const;

const table = `
specialist  domain  runtime  pool  node  GPUs  route       answer               time
saul        law     vllm     g6    g6-0  1     model saul  ok: 200 from saul-1  12 ms

the gateway        path        answer   time
models are listed  /v1/models  ok: 200  2 ms

Total: 1 GPUs, 0.80 USD per hour (On-Demand, us-east-1, prices of 2026-07-20). The sum leaves out: taxes.

Not rehearsed: image pulls.


node  lost 3 requests

`;

test("tables, failures and how to reach what stands", () => {
  const { out, err } = written(plainView, ending);
  expect(out).toBe(`[  1 s] a note
${table}It stays up until Ctrl-C. From another terminal:

  curl --unix-socket '/run/gateway.sock' http://models
  npm run rehearse -- exec -- kubectl get pods -A

Logs: /run/logs
`);
  expect(err).toBe("\nThe rehearsal failed. 1 of 2 requests failed:\n  saul: HTTP 503\n");
});

test("quiet is the tables and failures alone, also while tools are made", () => {
  const { out, err } = written(quietView, ending, (view) => view.tools("Making etcd", "note"));
  expect(out).toBe(table);
  expect(err).toBe("\nThe rehearsal failed. 1 of 2 requests failed:\n  saul: HTTP 503\n");
});

test("the making of tools goes to the stream for errors", () => {
  expect(written(plainView, [], (view) => view.tools("Making etcd", "note"))).toEqual({
    out: "",
    err: "Making etcd\n",
  });
});
