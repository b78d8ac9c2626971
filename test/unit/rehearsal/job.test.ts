import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { faultSchema, readJob } from "../../../rehearsal/job.ts";
import { rehearsalTools } from "../../../toolchain/tools.ts";

const job = {
  environment: "local",
  project: "/project",
  stacks: "/project/stacks",
  folder: "/run/1",
  tools: Object.fromEntries(rehearsalTools.map((name) => [name, `/tools/${name}`])),
  kubernetesPlugin: null,
  once: true,
  keep: false,
  patienceSeconds: 60,
  timeScale: 0.001,
  faults: [{ kind: "cordoned-pool", target: "g6-xlarge-1gpu" }, { kind: "unlabelled-nodes" }],
  drills: [{ kind: "node", target: "g6-xlarge-1gpu-0" }, { kind: "api-server" }],
};

function readingOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "polymath-job-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "job.json"), text);
  return readJob(join(folder, "job.json"));
}

test("what the outside writes, the inside reads", () => {
  expect(readingOf(JSON.stringify(job))).toEqual(job);
});

test.each([
  ["a tool is missing", { tools: {} }],
  ["a tool is not known", { tools: { ...job.tools, helm: "/tools/helm" } }],
  ["the patience is none", { patienceSeconds: 0 }],
  ["time stands still", { timeScale: 0 }],
  ["a fault is not known", { faults: [{ kind: "flood" }] }],
  ["a drill is not known", { drills: [{ kind: "flood" }] }],
  ["a key is not known", { twice: true }],
])("it is refused when %s", (_what, change) => {
  expect(() => readingOf(JSON.stringify({ ...job, ...change }))).toThrow(/invalid|unrecognized|too small/i);
});

test.each([
  [{ kind: "cordoned-pool", target: "a" }, true],
  [{ kind: "unlabelled-nodes" }, true],
  [{ kind: "revoked-grant", target: "a" }, true],
  [{ kind: "silent-server", target: "a" }, true],
  [{ kind: "failing-server", target: "a" }, true],
  [{ kind: "slow-start", target: "a" }, true],
  [{ kind: "cordoned-pool" }, false],
  [{ kind: "unlabelled-nodes", target: "a" }, false],
  [{ kind: "flood", target: "a" }, false],
])("the fault %j is one: %s", (fault, expected) => {
  expect(faultSchema.safeParse(fault).success).toBe(expected);
});
