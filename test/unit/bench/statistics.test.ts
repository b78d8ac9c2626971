import fc from "fast-check";
import { expect, test } from "vitest";
import { median, medians, ratio, spread } from "../../../bench/statistics.ts";

test("the median of an odd number is the middle one, of an even number the mean of the middle two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow(new RangeError("A median needs at least one value; given: none."));
});

test("half of the values are at most the median, and half at least", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value <= middle).length).toBeGreaterThanOrEqual(values.length / 2);
      expect(values.filter((value) => value >= middle).length).toBeGreaterThanOrEqual(values.length / 2);
    }),
  );
});

test("a spread names the middle and both ends", () => {
  expect(spread([3, 8, 1, 2, 5])).toEqual({ median: 3, min: 1, max: 8 });
});

test("a ratio compares within rounds: a round in which the machine was slow does not count double", () => {
  expect(ratio([2, 20, 3], [1, 10, 2])).toBe(2);
  // The ratio of the medians would be 1.
  expect(ratio([10, 2, 3], [5, 3, 1])).toBe(2);
});

test("a ratio of different rounds is refused", () => {
  expect(() => ratio([1, 2], [1])).toThrow(new RangeError("A ratio compares round by round; given: 2 and 1 rounds."));
});

test("medians key by key, 0 where a round lacks the key", () => {
  expect(medians([{ a: 1, b: 5 }, { a: 3 }, { a: 2, b: 7 }])).toEqual({ a: 2, b: 5 });
});
