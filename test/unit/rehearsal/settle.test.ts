import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilAnswered } from "../../../rehearsal/settle.ts";

// A sleep that takes no time of the test's, and as much as was asked for of the clocks'.
vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds = 0) => {
    vi.advanceTimersByTime(milliseconds);
    return Promise.resolve();
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.for([3_600_000, -86_400_000])(
  "a wall clock that leaps by %i ms neither ends the patience nor stretches it",
  async (leap) => {
    let rounds = 0;
    const asked = untilAnswered(() => {
      rounds += 1;
      if (rounds === 3) vi.setSystemTime(Date.now() + leap);
      return Promise.resolve([{ ok: false }]);
    }, 5);
    expect(await asked).toEqual([{ ok: false }]);
    // The first, one each second, and the one with which the patience is over.
    expect(rounds).toBe(7);
  },
);
