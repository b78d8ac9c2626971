import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepLogs, makeRunFolder } from "../../../rehearsal/run-folder.ts";

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

test("a run folder is for its user alone and names its process", async () => {
  const folder = await makeRunFolder();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, "owner"), "utf8")).toBe(`${process.pid} ${here}`);
  expect(readdirSync(folder).sort()).toEqual(["alive.sock", "logs", "owner"]);
});

test("folders of killed runs go; those of running ones, kept logs and other things stay", async () => {
  const waiting = (name: string) => spawn("sh", ["-c", "read line", name], { stdio: ["pipe", "ignore", "ignore"] });
  const running = waiting("rehearse.ts");
  const another = waiting("another.ts");
  try {
    // No process can have this number: Linux stops at 2^22.
    const dead = runFolder("dead", 2 ** 22 + 1);
    const reused = runFolder("reused", another.pid);
    const alive = runFolder("alive", running.pid);
    const logs = runFolder("logs");
    // A run in another process namespace, such as a container's, is known by its socket alone.
    const elsewhere = runFolder("elsewhere", 2 ** 22 + 1, "pid:[1]");
    const listening = createServer().listen(join(elsewhere, "alive.sock"));
    await once(listening, "listening");
    const deadElsewhere = runFolder("dead-elsewhere", process.pid, "pid:[1]");
    const socket = createServer().listen(join(base, "socket"));
    await once(socket, "listening");
    // Its process was killed: the socket is there, and nobody listens. (To close it in order would remove it.)
    linkSync(join(base, "socket"), join(deadElsewhere, "alive.sock"));
    socket.close();
    const foreign = join(base, "something-else");
    mkdirSync(foreign);
    await makeRunFolder();
    expect([dead, reused, alive, logs, elsewhere, deadElsewhere, foreign].map((folder) => existsSync(folder))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
    listening.close();
  } finally {
    running.kill("SIGKILL");
    another.kill("SIGKILL");
  }
});

test("of a failed run only the logs are kept, and nobody removes them", async () => {
  const folder = await makeRunFolder();
  writeFileSync(join(folder, "job.json"), "{}");
  writeFileSync(join(folder, "logs", "pulumi.log"), "why\n");
  expect(keepLogs(folder)).toBe(join(folder, "logs"));
  expect(readdirSync(folder)).toEqual(["logs"]);
  await makeRunFolder();
  expect(readFileSync(join(folder, "logs", "pulumi.log"), "utf8")).toBe("why\n");
});
