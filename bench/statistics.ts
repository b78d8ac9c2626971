/** The middle of what was measured, and its ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError where nothing was measured. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined)
    throw new RangeError("A median needs at least one value; given: none.");
  return (lower + upper) / 2;
}

/** @throws RangeError where nothing was measured. */
export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/**
 * How many times as long one thing took as another: the median over the rounds, each compared within itself, so that a machine that
 * was busy for a round was busy for both.
 * @throws RangeError where the two were not measured in the same rounds.
 */
export function ratio(values: readonly number[], baseline: readonly number[]): number {
  if (values.length !== baseline.length)
    throw new RangeError(`A ratio compares round by round; given: ${values.length} and ${baseline.length} rounds.`);
  return median(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}

/** Medians key by key; a key that a round lacks counts as 0 there. */
export function medians(records: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const keys = new Set(records.flatMap((record) => Object.keys(record)));
  return Object.fromEntries([...keys].map((key) => [key, median(records.map((record) => record[key] ?? 0))]));
}
