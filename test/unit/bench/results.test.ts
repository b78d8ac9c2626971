import { expect, test } from "vitest";
import type { Comparison } from "../../../bench/bench.ts";
import type { Sample } from "../../../bench/measure.ts";
import { asMarkdown, asText } from "../../../bench/report.ts";
import { resultOf } from "../../../bench/results.ts";

const sample = (seconds: number, more: Partial<Sample> = {}): Sample => ({
  seconds,
  cpuSeconds: seconds / 2,
  peakMiB: 100,
  peakByProgram: { etcd: 30, pulumi: 70 },
  cpuByProgram: { pulumi: 0.4, etcd: 0.01 },
  moments: {},
  ...more,
});

const comparison: Comparison = {
  title: "20 objects",
  rows: [
    { label: "kubectl", step: "up 20, kubectl" },
    { label: "objects", step: "up 20, objects" },
  ],
  baselines: ["kubectl"],
  limits: [
    { row: "objects", metric: "ratio", to: "kubectl", most: 2.5 },
    { row: "objects", metric: "seconds", most: 3 },
    { row: "objects", metric: "peakMiB", most: 100 },
  ],
};

const samples = new Map([
  ["up 20, kubectl", [sample(1), sample(2), sample(1)]],
  [
    "up 20, objects",
    [
      sample(3, { moments: { ready: 1, "at 1 %": 0.5 } }),
      sample(4, { moments: { done: 3, ready: 2 } }),
      sample(5, { moments: { ready: 3, done: 4 } }),
    ],
  ],
]);

test("medians, ratios within rounds, shared moments, and limits kept or missed", () => {
  const { rows, limits } = resultOf(comparison, samples);
  expect(rows[1]).toEqual({
    label: "objects",
    seconds: { median: 4, min: 3, max: 5 },
    cpuSeconds: { median: 2, min: 1.5, max: 2.5 },
    peakMiB: { median: 100, min: 100, max: 100 },
    ratios: { kubectl: 3 },
    peakByProgram: { etcd: 30, pulumi: 70 },
    cpuByProgram: { pulumi: 0.4, etcd: 0.01 },
    moments: { ready: 2 },
  });
  expect(limits.map(({ measured, kept }) => [measured, kept])).toEqual([
    [3, false],
    [4, false],
    [100, true],
  ]);
});

test("a limit on a row that was not measured is an error, not a pass", () => {
  const wrong: Comparison = { ...comparison, limits: [{ row: "nobody", metric: "seconds", most: 1 }] };
  expect(() => resultOf(wrong, samples)).toThrow('"20 objects" has nothing measured under "nobody"');
});

test("as text", () => {
  expect(asText([resultOf(comparison, samples)])).toBe(`20 objects
         median s  min   max   × kubectl  CPU s  peak MiB  CPU s by program  MiB at the peak by program
kubectl  1.00      1.00  2.00  1.00       0.50   100       pulumi 0.4        pulumi 70, etcd 30
objects  4.00      3.00  5.00  3.00       2.00   100       pulumi 0.4        pulumi 70, etcd 30
MISSED: objects to kubectl: 3.00, allowed are 2.5
MISSED: objects, time: 4.00 s, allowed are 3 s
Kept: objects, memory: 100 MiB, allowed are 100 MiB
the run says  after s  since the line above
ready         2.00     2.00`);
});

test("as Markdown", () => {
  const [first = ""] = asMarkdown([resultOf({ ...comparison, limits: [] }, samples)]).split("\n\n| the run says");
  expect(first).toBe(`### 20 objects

|  | median s | min | max | × kubectl | CPU s | peak MiB | CPU s by program | MiB at the peak by program |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| kubectl | 1.00 | 1.00 | 2.00 | 1.00 | 0.50 | 100 | pulumi 0.4 | pulumi 70, etcd 30 |
| objects | 4.00 | 3.00 | 5.00 | 3.00 | 2.00 | 100 | pulumi 0.4 | pulumi 70, etcd 30 |`);
});
