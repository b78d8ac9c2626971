import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepLogs, makeRunFolder } from "../../../rehearsal/outside.ts";

let base = "";
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "base-"));
  vi.stubEnv("TMPDIR", base);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true });
});

const here = readlinkSync("/proc/self/ns/pid");

const runFolder = (name: string, owner?: number, namespace = here) => {
  const folder = join(base, `polymath-run-${name}`);
  mkdirSync(folder);
  if (owner !== undefined) writeFileSync(join(folder, "owner"), `${owner} ${namespace}`);
  return folder;
};

test("a run folder is for its user alone and names its process", () => {
  const folder = makeRunFolder();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, "owner"), "utf8")).toBe(`${process.pid} ${here}`);
  expect(readdirSync(folder).sort()).toEqual(["logs", "owner"]);
});

test("folders of killed runs go; those of running ones, kept logs and other things stay", () => {
  const waiting = (name: string) => spawn("sh", ["-c", "read line", name], { stdio: ["pipe", "ignore", "ignore"] });
  const running = waiting("rehearse.ts");
  const another = waiting("another.ts");
  try {
    // No process can have this number: Linux stops at 2^22.
    const dead = runFolder("dead", 2 ** 22 + 1);
    const reused = runFolder("reused", another.pid);
    const alive = runFolder("alive", running.pid);
    const logs = runFolder("logs");
    const elsewhere = runFolder("elsewhere", 2 ** 22 + 1, "pid:[1]");
    const foreign = join(base, "something-else");
    mkdirSync(foreign);
    makeRunFolder();
    expect([dead, reused, alive, logs, elsewhere, foreign].map((folder) => existsSync(folder))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  } finally {
    running.kill("SIGKILL");
    another.kill("SIGKILL");
  }
});

test("of a failed run only the logs are kept, and nobody removes them", () => {
  const folder = makeRunFolder();
  writeFileSync(join(folder, "job.json"), "{}");
  writeFileSync(join(folder, "logs", "pulumi.log"), "why\n");
  expect(keepLogs(folder)).toBe(join(folder, "logs"));
  expect(readdirSync(folder)).toEqual(["logs"]);
  makeRunFolder();
  expect(readFileSync(join(folder, "logs", "pulumi.log"), "utf8")).toBe("why\n");
});
