import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { childrenOf, runningRehearsals, writeRun } from "../../../rehearsal/runs.ts";

let base = "";
let maker: ChildProcess;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "runs-"));
  // Its name holds what ends names in /proc.
  maker = spawn("sh", ["-c", "sleep 1000 & echo started; read line; kill $!", "a ) b"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (maker.stdout) await once(maker.stdout, "data");
});
afterEach(() => {
  maker.stdin?.end();
  rmSync(base, { recursive: true });
});

function runFolder(name: string, isOwned = true): string {
  const folder = join(base, `polymath-run-${name}`);
  mkdirSync(folder);
  if (isOwned) writeFileSync(join(folder, "owner"), "1 pid:[1]");
  return folder;
}

const pidOf = (process: ChildProcess) => process.pid ?? 0;

test("a run is found by the one child of the process that made its namespaces", () => {
  const folder = runFolder("abc");
  writeRun({ folder, environment: "prod-eu" }, pidOf(maker));
  expect(runningRehearsals(base)).toEqual([
    {
      name: "abc",
      folder,
      environment: "prod-eu",
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      pid: childrenOf(pidOf(maker))[0],
      startTick: expect.stringMatching(/^\d+$/),
      pidNamespace: expect.stringMatching(/^pid:\[\d+\]$/),
    },
  ]);
});

test("the oldest comes first", () => {
  for (const name of ["new", "old"]) writeRun({ folder: runFolder(name), environment: name }, pidOf(maker));
  const file = join(base, "polymath-run-old", "run.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"since":"\d{4}/, '"since":"2001'));
  expect(runningRehearsals(base).map(({ name }) => name)).toEqual(["old", "new"]);
});

test.each([
  ["a number that another process uses again", /"startTick":"\d+"/, '"startTick":"1"'],
  ["a process that has ended", /"pid":\d+/, `"pid":${2 ** 22 + 1}`],
  ["a process of another container", /pid:\[\d+\]/, "pid:[1]"],
  ["half a file", /,.*/, ""],
])("%s is no run", (_what, found, written) => {
  const folder = runFolder("a");
  writeRun({ folder, environment: "local" }, pidOf(maker));
  expect(runningRehearsals(base)).toHaveLength(1);
  const file = join(folder, "run.json");
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(found);
  writeFileSync(file, text.replace(found, written));
  expect(runningRehearsals(base)).toEqual([]);
});

test("kept logs are no run, nor is one that has not begun, nor one whose process is gone", () => {
  writeRun({ folder: runFolder("logs", false), environment: "local" }, pidOf(maker));
  runFolder("begun");
  writeRun({ folder: runFolder("gone"), environment: "local" }, 2 ** 22 + 1);
  expect(runningRehearsals(base)).toEqual([]);
});
