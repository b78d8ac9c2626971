import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { envoyFailure } from "../../../rehearsal/envoy-process.ts";
import { startProcess, tailOf, type RunningProcess, type Watched } from "../../../rehearsal/processes.ts";
import { endedProcesses, whileAllRuns } from "../../../rehearsal/watch.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "processes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (name: string, script: string): RunningProcess =>
  startProcess(name, "/bin/sh", ["-c", script], join(folder, `${name}.log`));

async function untilEnded(one: Watched): Promise<void> {
  while (one.isRunning()) await sleep(10);
}

test("how a process ended: its exit code, its signal, or why it never started", async () => {
  const exits = start("etcd", "echo disk is full; exit 3");
  const killed = start("kwok", "kill -KILL $$");
  const absent = startProcess("bbr", "/nowhere/bbr", [], join(folder, "bbr.log"));
  const runs = start("envoy", "exec sleep 600");
  for (const one of [exits, killed, absent]) await untilEnded(one);
  await sleep(0);
  expect([exits, killed, absent].map((one) => one.ending())).toEqual([
    "exit code 3",
    "SIGKILL",
    "spawn /nowhere/bbr ENOENT",
  ]);
  expect(endedProcesses([runs])).toBeUndefined();
  const error = endedProcesses([exits, runs, killed]);
  expect(error?.message).toBe(
    "etcd ended by itself (exit code 3). The end of its log:\ndisk is full\nkwok ended by itself (SIGKILL). The end of its log:\n",
  );
  expect(error?.problems).toEqual([
    { what: "etcd", why: "it ended by itself (exit code 3)" },
    { what: "kwok", why: "it ended by itself (SIGKILL)" },
  ]);
  await runs.stop();
  expect(runs.ending()).toBe("SIGTERM");
});

test("work is cut short when something ends that must run, and else brings its result", async () => {
  const runs = start("etcd", "exec sleep 600");
  expect(
    await whileAllRuns(
      () => [runs],
      () => Promise.resolve("done"),
    ),
  ).toBe("done");
  const never = whileAllRuns(
    () => [runs],
    () => new Promise<never>(() => undefined),
  );
  const failing = () => Promise.reject(new Error("connection refused"));
  await expect(whileAllRuns(() => [runs], failing)).rejects.toThrow("connection refused");
  await runs.kill();
  await expect(never).rejects.toThrow("etcd ended by itself (SIGKILL).");
  // Not what failed for want of it.
  await expect(whileAllRuns(() => [runs], failing)).rejects.toThrow("etcd ended by itself (SIGKILL).");
});

test("the tail of a log that cannot be read says why", () => {
  expect(tailOf(join(folder, "gone"))).toMatch(/^ENOENT: no such file or directory/);
});

test("an Envoy that ended by itself is told from one that Envoy Gateway ended", () => {
  const before = "2026-11-23T07:16:38Z\tinfo\txds\tv3/simple.go:693\topen delta watch\n";
  const line =
    '2026-11-23T07:16:40.257Z\terror\tinfrastructure\thost/proxy_infra.go:130\tfailed to run envoy\t{"runner": "infrastructure", "error": "signal: killed"}\n';
  expect(envoyFailure(before)).toBeUndefined();
  expect(envoyFailure(before + line)).toBe("signal: killed");
});

test("a process that was killed is started again as before; one that runs is left alone", async () => {
  const one = start("etcd", "echo begun; exec sleep 600");
  const begun = async (times: number) => {
    while (
      one
        .tail()
        .split("\n")
        .filter((line) => line === "begun").length < times
    )
      await sleep(10);
  };
  await begun(1);
  one.restart();
  await one.kill();
  expect(one.ending()).toBe("SIGKILL");
  await one.kill();
  one.restart();
  expect(one.isRunning()).toBe(true);
  await begun(2);
  expect(one.tail()).toBe("begun\nbegun");
  await one.stop();
});
