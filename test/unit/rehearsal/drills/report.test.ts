import { describe, expect, test } from "vitest";
import { movesOf, scalesOf } from "../../../../rehearsal/drills/moves.ts";
import { drillReportSchema, drillTable, type DrillReport } from "../../../../rehearsal/drills/report.ts";
import type { PodLife } from "../../../../rehearsal/drills/witness.ts";

const life = (name: string, changes: Partial<PodLife>): PodLife => ({ name, owner: "a", seenAt: 0, ...changes });

describe("what became of pods", () => {
  const lives = [
    life("a-1", { node: "n-0", deletedAt: 3_000 }),
    life("a-2", { node: "n-0", deletedAt: 3_100 }),
    life("a-3", { node: "n-0", deletedAt: 3_200 }),
    life("a-4", { node: "n-1" }),
    life("a-old", { node: "n-1", deletedAt: 500 }),
    life("a-5", { seenAt: 3_050, node: "n-1", readyAt: 4_300 }),
    life("a-6", { seenAt: 3_150, unscheduled: "0/2 nodes are available" }),
    life("b-1", { owner: "b", node: "n-1" }),
  ];

  test("each that ended has the one that was made in its place, or none", () => {
    expect(movesOf(lives, 1_000)).toEqual(
      new Map([
        [
          "a",
          [
            { pod: "a-1", node: "n-0", replacement: { pod: "a-5", node: "n-1", readySeconds: 1.3, why: null } },
            {
              pod: "a-2",
              node: "n-0",
              replacement: { pod: "a-6", node: null, readySeconds: null, why: "0/2 nodes are available" },
            },
            { pod: "a-3", node: "n-0", replacement: null },
          ],
        ],
        ["b", []],
      ]),
    );
  });

  test("times that a rehearsal shortens stand beside the real ones", () => {
    const seen = { noticed: new Map([["n-0", 2_000]]), pods: lives };
    expect(scalesOf(["n-0"], seen, 1_000)).toEqual([
      { what: "The first node was taken for lost", seenSeconds: 1, realSeconds: 50 },
      { what: "The first pod was evicted", seenSeconds: 2, realSeconds: 350 },
    ]);
    expect(scalesOf([], seen, 1_000)).toEqual([]);
  });
});

const tally = {
  sent: 40,
  ok: 37,
  failed: { "no answer in 2 s": 1, "HTTP 503": 2 },
  firstFailureSeconds: 0.1,
  lastFailureSeconds: 4,
  longestOutageSeconds: 1.2,
  answeredBy: ["a-4"],
};
const report: DrillReport = {
  drill: "node",
  target: "n-0",
  why: "asked for",
  nodes: ["n-0"],
  requestsPerSecond: 4,
  timeoutSeconds: 2,
  awaySeconds: 30.5,
  backSeconds: 4.1,
  specialists: [
    {
      name: "a",
      pool: "p",
      replicas: 2,
      hit: 1,
      promise: { kind: "keeps-answering", mayLose: 1, withinSeconds: 10, why: "at least 1 is elsewhere" },
      away: tally,
      traffic: tally,
      moves: [
        { pod: "a-1", node: "n-0", replacement: { pod: "a-5", node: "n-1", readySeconds: 1.3, why: null } },
        { pod: "a-2", node: "n-0", replacement: { pod: "a-6", node: null, readySeconds: null, why: "no GPU" } },
        { pod: "a-3", node: "n-0", replacement: null },
      ],
      verdict: { kept: true, why: "the last lost request was sent after 4 s; 10 s are promised" },
    },
    {
      name: "b",
      pool: "p",
      replicas: 1,
      hit: 0,
      promise: { kind: "unaffected", mayLose: 0, withinSeconds: 0, why: "no node of its pool is lost" },
      away: tally,
      traffic: { ...tally, ok: 40, failed: {}, longestOutageSeconds: 0 },
      moves: [],
      verdict: { kept: true, why: "no request lost" },
    },
  ],
  checks: [{ what: "Everything is ready again at the end", kept: true, why: "nothing to complain about" }],
  scales: [{ what: "The first node was taken for lost", seenSeconds: 15, realSeconds: 50 }],
  notes: ["one process plays every replica"],
  kept: true,
};

describe("the table", () => {
  test("shows what was killed, lost and moved, beside what was promised", () => {
    expect(drillTable(report)).toBe(`Drill node: n-0 (asked for). Killed: n-0.

Traffic: 4 requests per second to each specialist, 2 s for each. Put back after 30.5 s; everything answered again after 4.1 s.

specialist  replicas  killed  requests  failed  how                             longest outage  promise                      verdict
a           2         1       40        3       2 HTTP 503, 1 no answer in 2 s  1.2 s           keeps-answering within 10 s  kept: the last lost request was sent after 4 s; 10 s are promised
b           1         0       40        0       none                            0 s             unaffected                   kept: no request lost

Pods that ended:
  a: a-1 on n-0 -> a-5 rescheduled to n-1, ready 1.3 s after it was made
  a: a-2 on n-0 -> a-6 not rescheduled, not ready: no GPU
  a: a-3 on n-0 ended, nothing was made in its place

Everything is ready again at the end: kept: nothing to complain about

The first node was taken for lost: 15 s here, about 50 s on a real cluster.

Note: one process plays every replica.

The plan promised nothing better.`);
  });

  test("says what was broken", () => {
    const verdict = { kept: false, why: "requests were lost until 12 s after the kill; 10 s are promised" };
    const [first, second] = report.specialists;
    if (!first || !second) throw new Error("the report of the test has no specialists");
    const text = drillTable({
      ...report,
      backSeconds: null,
      specialists: [{ ...first, verdict, moves: [] }, second],
      kept: false,
    });
    expect(text).toContain("BROKEN: requests were lost until 12 s after the kill; 10 s are promised");
    expect(text).toContain("Put back after 30.5 s; not everything answered again.");
    expect(text).toContain("Pods that ended:\n  none of a specialist");
    expect(text).toMatch(/The plan promised better\.$/);
  });

  test("its report is plain data", () => {
    expect(drillReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});
