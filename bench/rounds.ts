import { measure, type Moments, type Sample } from "./measure.ts";

/** Something to measure. */
export interface Step {
  /** One of a kind among the steps of a bench. */
  readonly name: string;
  readonly run: () => Promise<Moments | void>;
}

/**
 * Measures the steps `runs` times, each time all of them one after the other: what is compared ran in the same minutes. A round that is
 * not measured comes first, since nobody asks how long a cold disk takes.
 * @returns the samples of each step, in the order of the rounds.
 */
export async function measureRounds(
  steps: readonly Step[],
  runs: number,
  progress: (line: string) => void,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(steps.map(({ name }) => [name, []]));
  for (let round = 0; round <= runs; round += 1) {
    for (const { name, run } of steps) {
      const sample = await measure(run);
      if (round > 0) samples.get(name)?.push(sample);
      const which = round === 0 ? "not counted" : `${round} of ${runs}`;
      progress(`${name}: ${sample.seconds.toFixed(2)} s (${which})`);
    }
  }
  return samples;
}
