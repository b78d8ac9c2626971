import type { Comparison, Limit } from "./bench.ts";
import type { Sample } from "./measure.ts";
import { medians, ratio, spread, type Spread } from "./statistics.ts";

interface RowResult {
  readonly label: string;
  readonly seconds: Spread;
  readonly cpuSeconds: Spread;
  readonly peakMiB: Spread;
  /** Median of the ratios within each round, by the label of the row compared with. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Medians, in MiB: who held memory at the peak. */
  readonly peakByProgram: Readonly<Record<string, number>>;
  /** Medians, in CPU seconds. */
  readonly cpuByProgram: Readonly<Record<string, number>>;
  /** Medians, in seconds from the start; those that every run named. */
  readonly moments: Readonly<Record<string, number>>;
}

interface LimitResult extends Limit {
  readonly measured: number;
  readonly kept: boolean;
}

export interface ComparisonResult {
  readonly title: string;
  readonly baselines: readonly string[];
  readonly rows: readonly RowResult[];
  readonly limits: readonly LimitResult[];
}

/** Moments that are in every sample: others name a figure that differs from run to run. */
function sharedMoments(samples: readonly Sample[]): Readonly<Record<string, number>> {
  const all = samples.map(({ moments }) => moments);
  return Object.fromEntries(Object.entries(medians(all)).filter(([key]) => all.every((moments) => key in moments)));
}

/** A comparison's figures out of the samples of its steps. @throws Error where a row, a baseline or a limit names nothing measured. */
export function resultOf(
  { title, rows, baselines, limits }: Comparison,
  samples: ReadonlyMap<string, readonly Sample[]>,
): ComparisonResult {
  const samplesOf = (label: string): readonly Sample[] => {
    const found = samples.get(rows.find((row) => row.label === label)?.step ?? "");
    if (found === undefined) throw new Error(`"${title}" has nothing measured under "${label}"`);
    return found;
  };
  const secondsOf = (label: string) => samplesOf(label).map(({ seconds }) => seconds);
  const measuredBy = ({ row, metric, to = "" }: Limit): number =>
    metric === "ratio"
      ? ratio(secondsOf(row), secondsOf(to))
      : spread(samplesOf(row).map((sample) => sample[metric])).median;
  return {
    title,
    baselines,
    rows: rows.map(({ label }) => {
      const own = samplesOf(label);
      return {
        label,
        seconds: spread(secondsOf(label)),
        cpuSeconds: spread(own.map(({ cpuSeconds }) => cpuSeconds)),
        peakMiB: spread(own.map(({ peakMiB }) => peakMiB)),
        ratios: Object.fromEntries(baselines.map((other) => [other, ratio(secondsOf(label), secondsOf(other))])),
        peakByProgram: medians(own.map(({ peakByProgram }) => peakByProgram)),
        cpuByProgram: medians(own.map(({ cpuByProgram }) => cpuByProgram)),
        moments: sharedMoments(own),
      };
    }),
    limits: limits.map((limit) => {
      const measured = measuredBy(limit);
      return { ...limit, measured, kept: measured <= limit.most };
    }),
  };
}
