import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tallyOf, unwell, type Sample } from "../../../../rehearsal/drills/tally.ts";

const sample = (at: number, failure?: string, pod = "a-0"): Sample => ({
  specialist: "a",
  at,
  endedAt: at + 1,
  pod: failure === undefined ? pod : "",
  node: "",
  ...(failure !== undefined && { failure }),
});

describe("a tally", () => {
  test("counts from the kill on, by what happened, and finds the longest time without an answer", () => {
    const samples = [
      sample(500, "before the kill"),
      sample(1_000),
      sample(1_250, "HTTP 503"),
      // Answers come in another order than requests went.
      sample(1_750, "no answer in 2 s"),
      sample(1_500, "HTTP 503"),
      sample(2_000),
      sample(2_250, "HTTP 503"),
      sample(2_500, undefined, "a-1"),
      sample(2_750),
      { ...sample(1_300, "another's"), specialist: "b" },
    ];
    expect(tallyOf(samples, "a", 1_000, 9_000)).toEqual({
      sent: 8,
      ok: 4,
      failed: { "HTTP 503": 3, "no answer in 2 s": 1 },
      firstFailureSeconds: 0.3,
      lastFailureSeconds: 1.3,
      longestOutageSeconds: 0.8,
      answeredBy: ["a-0", "a-1"],
    });
  });

  test("an outage that lasts goes on to the end, and nobody answers after it", () => {
    expect(tallyOf([sample(1_000), sample(2_000, "refused"), sample(3_000, "refused")], "a", 1_000, 5_000)).toEqual({
      sent: 3,
      ok: 1,
      failed: { refused: 2 },
      firstFailureSeconds: 1,
      lastFailureSeconds: 2,
      longestOutageSeconds: 3,
      answeredBy: [],
    });
  });

  test("what was answered only after it was put back does not count as answered while it was away", () => {
    const waited = { ...sample(4_999), endedAt: 5_001 };
    expect(tallyOf([sample(2_000, "refused"), waited], "a", 1_000, 5_000)).toMatchObject({ sent: 1, answeredBy: [] });
    expect(tallyOf([sample(2_000, "refused"), waited], "a", 1_000, 9_000)).toMatchObject({
      sent: 2,
      answeredBy: ["a-0"],
    });
  });

  test("nothing sent is nothing lost", () => {
    expect(tallyOf([], "a", 0, 1_000)).toEqual({
      sent: 0,
      ok: 0,
      failed: {},
      firstFailureSeconds: null,
      lastFailureSeconds: null,
      longestOutageSeconds: 0,
      answeredBy: [],
    });
  });

  test("every request is either answered or failed, and no outage is longer than the time", () => {
    const request = fc.record({
      at: fc.integer({ min: 0, max: 10_000 }),
      failure: fc.constantFrom("x", "y", undefined),
    });
    fc.assert(
      fc.property(fc.array(request), (requests) => {
        const tally = tallyOf(
          requests.map(({ at, failure }) => sample(at, failure)),
          "a",
          0,
          10_002,
        );
        const failed = Object.values(tally.failed).reduce((sum, count) => sum + count, 0);
        expect(tally.sent).toBe(requests.length);
        expect(tally.ok + failed).toBe(tally.sent);
        expect(tally.longestOutageSeconds).toBeLessThanOrEqual(10);
      }),
    );
  });
});

test("who has failed, or was not heard of, is not well", () => {
  const samples = [sample(100, "refused"), sample(1_000), { ...sample(1_100), specialist: "b" }];
  expect(unwell(samples, ["a", "b", "c"], 0)).toEqual(["a", "c"]);
  expect(unwell(samples, ["a", "b", "c"], 1_000)).toEqual(["c"]);
});
