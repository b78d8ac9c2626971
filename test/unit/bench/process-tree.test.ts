import { expect, test } from "vitest";
import { descendants, parsePss, programOf } from "../../../bench/process-tree.ts";
import { parseStat } from "../../../rehearsal/proc.ts";

test("the times of a process, whatever its name holds", () => {
  const fields = "S 41 7 7 0 -1 4194304 900 0 1 0 250 30 1200 90 20 0 11 0 5555 1000 2000";
  expect(parseStat(`42 (a) b (c)) ${fields}`)).toEqual({
    pid: 42,
    parent: 41,
    started: 5555,
    ticks: 280,
    childTicks: 1290,
  });
});

test("the proportional set size, not the lines that begin alike", () => {
  expect(parsePss("Rss:  900 kB\nPss:                 345 kB\nPss_Dirty:           12 kB\n")).toBe(345);
  expect(parsePss("")).toBe(0);
});

test.each([
  ["/usr/bin/etcd\0--data-dir=x\0", "etcd"],
  [
    "/opt/bin/node\0--max-old-space-size=1\0/kit/rehearsal/kubernetes-plugin/main.ts\x00127.0.0.1\0",
    "kubernetes-plugin/main.ts",
  ],
  ["node\0", "node"],
  ["", ""],
])("%j runs %s", (commandLine, program) => {
  expect(programOf(commandLine)).toBe(program);
});

test("descendants at any depth, and nobody else's", () => {
  const one = (pid: number, parent: number) => ({ pid, parent, started: 0, ticks: 0, childTicks: 0 });
  const all = [one(1, 0), one(2, 1), one(3, 2), one(4, 1), one(5, 3), one(6, 4)];
  expect(descendants(all, 2).map(({ pid }) => pid)).toEqual([3, 5]);
  expect(descendants(all, 5)).toEqual([]);
});
