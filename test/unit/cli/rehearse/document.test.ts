import { expect, test } from "vitest";
import { documentOf, documentSchema } from "../../../../cli/rehearse/document.ts";
import { failure, phase, progress, reported, standing, stateAfter } from "./support.ts";

const { specialists, gateway, cost, notRehearsed } = reported.report;

test("of a run that passed and was taken down", () => {
  const state = stateAfter(
    [0, phase("update", "begun")],
    [1, progress],
    [30, phase("update", "done", 30_250)],
    [31, reported],
    [32, { kind: "drill", table: "a table", name: "node", ok: true }],
    [40, phase("proof", "begun")],
    [50, phase("proof", "done", 10_000)],
    [50, { kind: "stable" }],
    [60, { kind: "destroyed", objects: 108 }],
  );
  const document = documentOf(state, {
    ok: true,
    interrupted: false,
    warnings: ["Waiver: budget"],
    logs: null,
    now: 60_000,
  });
  expect(document).toEqual({
    environment: "local",
    ok: true,
    interrupted: false,
    phases: [
      { name: "update", ok: true, seconds: 30.25 },
      { name: "proof", ok: true, seconds: 10 },
    ],
    warnings: ["Waiver: budget"],
    specialists,
    gateway,
    cost,
    notRehearsed,
    drills: [{ name: "node", ok: true }],
    stable: true,
    destroyedObjects: 108,
    standing: null,
    failure: null,
    logs: null,
  });
  expect(documentSchema.parse(document)).toEqual(document);
});

test("of a run that failed and stands", () => {
  const state = stateAfter(
    [0, phase("gateway", "begun")],
    [5, phase("gateway", "failed", 5_000)],
    [5, failure],
    [6, { ...failure, message: "a later one" }],
    [6, standing],
  );
  const document = documentOf(state, { ok: false, interrupted: false, warnings: [], logs: "/run/logs", now: 6_000 });
  expect(document).toEqual({
    environment: "local",
    ok: false,
    interrupted: false,
    phases: [{ name: "gateway", ok: false, seconds: 5 }],
    warnings: [],
    specialists: [],
    gateway: [],
    cost: null,
    notRehearsed: [],
    drills: [],
    stable: null,
    destroyedObjects: null,
    standing: {
      socket: "/run/gateway.sock",
      curl: "curl --unix-socket '/run/gateway.sock' http://models",
      kubeconfig: "/run/kubeconfig",
      exec: "npm run rehearse -- exec -- kubectl get pods -A",
    },
    failure: {
      message: "1 of 2 requests failed:\n  saul: HTTP 503",
      problems: [{ what: "saul", why: "HTTP 503" }],
    },
    logs: "/run/logs",
  });
  expect(documentSchema.parse(document)).toEqual(document);
});

test("a phase that was cut short has lasted until then, and is not ok", () => {
  const state = stateAfter([2, phase("update", "begun")]);
  const document = documentOf(state, { ok: false, interrupted: true, warnings: [], logs: null, now: 9_500 });
  expect([document.interrupted, document.phases]).toEqual([true, [{ name: "update", ok: false, seconds: 7.5 }]]);
});

test("a proof that failed is not stable, one that was cut short says nothing", () => {
  const ending = { ok: false, interrupted: false, warnings: [], logs: null, now: 0 };
  const begun = stateAfter([0, phase("proof", "begun")]);
  expect(documentOf(begun, ending).stable).toBeNull();
  const failed = stateAfter([0, phase("proof", "begun")], [1, phase("proof", "failed", 1)]);
  expect(documentOf(failed, ending).stable).toBe(false);
});

test("the schema is strict: what it does not name is no document", () => {
  const document = documentOf(stateAfter(), { ok: true, interrupted: false, warnings: [], logs: null, now: 0 });
  expect(documentSchema.safeParse({ ...document, more: 1 }).success).toBe(false);
});
