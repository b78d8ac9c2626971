import { describe, expect, test } from "vitest";
import type { PromiseKind, SpecialistPromise } from "../../../../plan/promises.ts";
import type { Tally } from "../../../../rehearsal/drills/tally.ts";
import { judge, type Seen } from "../../../../rehearsal/drills/verdict.ts";

const promise = (
  kind: PromiseKind,
  mayLose: number,
  withinSeconds: number | null,
  spared: SpecialistPromise["spared"] = "unaffected",
): SpecialistPromise => ({ specialist: "a", kind, mayLose, withinSeconds, spared, why: "no spare GPU" });
const tally = (lost: number, lastFailureSeconds: number | null, longestOutageSeconds = 0): Tally => ({
  sent: 40,
  ok: 40 - lost,
  failed: lost === 0 ? {} : { "HTTP 503": lost },
  firstFailureSeconds: lost === 0 ? null : 0,
  lastFailureSeconds,
  longestOutageSeconds,
  answeredBy: [],
});
const well: Seen = {
  hit: 0,
  byNode: true,
  traffic: tally(0, null),
  wellWhileAway: true,
  wellAtEnd: true,
};
const lossy = (lost: number, last: number, outage = last): Pick<Seen, "traffic"> => ({
  traffic: tally(lost, last, outage),
});

describe("unaffected", () => {
  const unaffected = promise("unaffected", 0, 0);
  test("not one request may be lost", () => {
    expect(judge(unaffected, well)).toEqual({ kept: true, why: "no request lost" });
    expect(judge(unaffected, { ...well, ...lossy(1, 0.3) })).toEqual({
      kept: false,
      why: "1 of 40 requests lost; none may be",
    });
  });

  test("who has no pod on a lost node is promised no less, whatever its pool loses", () => {
    for (const kind of ["lost", "keeps-answering", "comes-back"] as const)
      expect(judge(promise(kind, 1, 10), { ...well, ...lossy(2, 0.5) })).toEqual({
        kept: false,
        why: "2 of 40 requests lost; none may be",
      });
  });
});

test("who has no pod on a lost node, but perhaps its router, has to be answered again in time", () => {
  const spared = promise("lost", 1, null, "keeps-answering");
  expect(judge(spared, { ...well, ...lossy(2, 3.5) })).toEqual({
    kept: true,
    why: "the last lost request was sent after 3.5 s; 10 s are promised",
  });
  expect(judge(spared, { ...well, ...lossy(20, 14) }).kept).toBe(false);
});

describe("keeps answering", () => {
  const keeps = promise("keeps-answering", 1, 10);
  test("what is lost has to end in time", () => {
    expect(judge(keeps, { ...well, hit: 1 })).toEqual({ kept: true, why: "no request lost" });
    expect(judge(keeps, { ...well, hit: 1, ...lossy(3, 10, 1) })).toEqual({
      kept: true,
      why: "the last lost request was sent after 10 s; 10 s are promised",
    });
    expect(judge(keeps, { ...well, hit: 1, ...lossy(3, 10.3, 1) })).toEqual({
      kept: false,
      why: "requests were lost until 10.3 s after the kill; 10 s are promised",
    });
  });

  test("more replicas on one node than the plan allows is a broken promise by itself", () => {
    expect(judge(keeps, { ...well, hit: 2 })).toEqual({
      kept: false,
      why: "2 replicas were on what was killed; the plan promised at most 1",
    });
  });
});

describe("comes back", () => {
  test("from a lost node: by itself, before the node is back", () => {
    const back = promise("comes-back", 1, 2_000);
    const seen = { ...well, hit: 1, ...lossy(30, 8) };
    expect(judge(back, seen)).toEqual({ kept: true, why: "it came back by itself" });
    expect(judge(back, { ...seen, wellWhileAway: false })).toEqual({
      kept: false,
      why: "it did not come back by itself",
    });
  });

  test("from a crashed container: in time", () => {
    const back = promise("comes-back", 0, 30);
    const seen = { ...well, byNode: false, wellWhileAway: false };
    expect(judge(back, { ...seen, ...lossy(20, 5, 5.2) })).toEqual({ kept: true, why: "away for 5.2 s" });
    expect(judge(back, { ...seen, ...lossy(38, 31, 30.5) })).toEqual({
      kept: false,
      why: "away for 30.5 s; 30 s are promised",
    });
  });
});

describe("lost", () => {
  const lost = promise("lost", 1, null);
  test("is no failure, and says what the plan says", () => {
    expect(judge(lost, { ...well, hit: 1, ...lossy(40, 20), wellWhileAway: false })).toEqual({
      kept: true,
      why: "lost until it was put back, as the plan says: no spare GPU",
    });
    expect(judge(lost, { ...well, hit: 1, ...lossy(5, 2) })).toEqual({ kept: true, why: "it answered all the same" });
  });

  test("but everybody answers once everything was put back", () => {
    expect(judge(lost, { ...well, hit: 1, wellAtEnd: false })).toEqual({
      kept: false,
      why: "it does not answer although everything was put back",
    });
  });
});
