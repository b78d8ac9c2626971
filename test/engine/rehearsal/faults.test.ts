import { afterEach, beforeEach, expect, test } from "vitest";
import { rehearse, sandbox, untouchedHome, type Sandbox } from "../../support/rehearse.ts";

let box: Sandbox;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => box.remove());

/** Rehearses `local` with faults and a short patience; gives what follows the headline of the failure. */
async function failure(...faults: readonly string[]): Promise<string> {
  const run = rehearse(box, ["local", "--once", "--patience", "20", ...faults.flatMap((fault) => ["--fault", fault])]);
  expect(await run.ended).toBe(1);
  expect(box.home()).toEqual(untouchedHome);
  // What failed keeps its logs, and says where they are.
  expect(run.output()).toMatch(/The logs are kept in .*polymath-run-\w+\/logs\.\n$/);
  expect(box.runFolders()).toHaveLength(1);
  const output = run.output();
  expect(output).not.toMatch(/^\s+at /m);
  return output.slice(output.indexOf("The rehearsal failed."));
}

const problemLines = (text: string) => text.split("\n").filter((line) => line.startsWith("  "));

test("what cannot be scheduled, a silent server and a route without its grant are each named with the reason", async () => {
  const text = await failure(
    "cordoned-pool=p5-4xlarge-1gpu",
    "silent-server=fin-r1",
    "revoked-grant=polymath-local-law",
  );
  expect(text).toContain("Nothing has changed for 20 s, and this is not ready:");
  const lines = problemLines(text);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^ {2}pod polymath-local-finance\/fin-r1-\S+: container server keeps being restarted: its startup probe failed for 1200 s$/,
  );
  expect(lines[1]).toMatch(
    /^ {2}pod polymath-local-general\/nemotron-3-nano-30b-a3b-\S+: not scheduled: 0\/12 nodes are available: .*1 node\(s\) were unschedulable/,
  );
  expect(lines[2]).toMatch(
    /^ {2}HTTPRoute polymath-local-gateway\/model-saul-7b-instruct: ResolvedRefs is False: RefNotPermitted: /,
  );
});

test("a device plugin that lands on no GPU node is named, with what it selects", async () => {
  const text = await failure("unlabelled-nodes");
  expect(text).toContain(
    "  device plugin polymath-local-gpu/device-plugin: it lands on 0 of 9 GPU nodes; it selects nodes with nvidia.com/gpu.present=true, polymath.dev/environment=local",
  );
  expect(text).toMatch(
    / {2}pod polymath-local-law\/saul-7b-instruct-\S+: not scheduled: 0\/12 nodes are available: .*Insufficient nvidia\.com\/gpu/,
  );
});

test("a start-up that takes longer than its probe waits fails as on a real cluster", async () => {
  const text = await failure("slow-start=boltz2");
  expect(problemLines(text)).toEqual([
    expect.stringMatching(
      /^ {2}pod polymath-local-biology\/boltz2-\S+: container server keeps being restarted: its startup probe failed for 1770 s; its start-up takes about 5310 s$/,
    ),
  ]);
});

test("a healthy server that answers with errors fails its requests and no others", async () => {
  const text = await failure("failing-server=boltz2");
  expect(text).toContain("The rehearsal failed. 2 of 19 requests failed:");
  expect(problemLines(text)).toEqual([
    expect.stringMatching(/^ {2}boltz2 \(\/biology\/mit\/boltz2\/predict\): HTTP 500: /),
    expect.stringMatching(/^ {2}boltz2 \(\/boltz2\/biology\/mit\/boltz2\/predict\): HTTP 500: /),
  ]);
});
