import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { measure } from "../../../bench/measure.ts";
import { measureRounds } from "../../../bench/rounds.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const node = (script: string) => promisify(execFile)(process.execPath, ["-e", script]);

test("CPU time and memory of what the work started, children of children too", async () => {
  const used = "() => { const { user, system } = process.cpuUsage(); return user + system; }";
  const busy = `const used = ${used}; while (used() < 1e6);`;
  const inner = `const held = Buffer.alloc(150 * 2 ** 20, 1); ${busy} held.at(0)`;
  const outer = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(inner)}])`;
  const sample = await measure(async () => {
    await node(outer);
  });
  expect(sample.cpuSeconds).toBeGreaterThanOrEqual(1);
  expect(sample.peakMiB).toBeGreaterThan(150);
  const held = Object.values(sample.peakByProgram).reduce((sum, mib) => sum + mib, 0);
  expect(held).toBeCloseTo(sample.peakMiB, 3);
});

test("what ran before is no part of it", async () => {
  const before = spawn(process.execPath, [
    "-e",
    'const held = Buffer.alloc(300 * 2 ** 20, 1); console.log("up"); setInterval(() => held, 1000)',
  ]);
  try {
    await once(before.stdout, "data");
    const sample = await measure(async () => {
      await node("setTimeout(() => undefined, 1000)");
    });
    expect(sample.peakMiB).toBeGreaterThan(0);
    expect(sample.peakMiB).toBeLessThan(300);
  } finally {
    before.kill();
    await once(before, "exit");
  }
});

test("moments come with the sample, and a failure of the work comes through", async () => {
  expect((await measure(() => Promise.resolve({ ready: 1.5 }))).moments).toEqual({ ready: 1.5 });
  await expect(measure(() => Promise.reject(new Error("it broke")))).rejects.toThrow("it broke");
});

test("rounds take the steps in turn, and the first does not count", async () => {
  const order: string[] = [];
  const step = (name: string) => ({
    name,
    run: () => {
      order.push(name);
      return Promise.resolve();
    },
  });
  const lines: string[] = [];
  const samples = await measureRounds([step("a"), step("b")], 2, (line) => lines.push(line));
  expect(order).toEqual(["a", "b", "a", "b", "a", "b"]);
  expect([...samples].map(([name, all]) => [name, all.length])).toEqual([
    ["a", 2],
    ["b", 2],
  ]);
  expect(lines.map((line) => line.replace(/\d+\.\d\d s/, "TIME"))).toEqual([
    "a: TIME (not counted)",
    "b: TIME (not counted)",
    "a: TIME (1 of 2)",
    "b: TIME (1 of 2)",
    "a: TIME (2 of 2)",
    "b: TIME (2 of 2)",
  ]);
});
