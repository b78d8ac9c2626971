import type { Step } from "./rounds.ts";

/** A bound that a row must keep. */
export interface Limit {
  /** Label of the row. */
  readonly row: string;
  readonly metric: "seconds" | "peakMiB" | "ratio";
  /** Label of the row that a ratio is to. */
  readonly to?: string;
  readonly most: number;
}

/** A row of a table: a step under the name that the table gives it. */
interface Row {
  readonly label: string;
  readonly step: string;
}

/** Steps that are compared with each other. */
export interface Comparison {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Labels of the rows that the others are compared with. */
  readonly baselines: readonly string[];
  readonly limits: readonly Limit[];
}

/** A bench that is ready to run. */
export interface OpenBench {
  /** In the order in which they run. */
  readonly steps: readonly Step[];
  readonly comparisons: readonly Comparison[];
  /** Ends its processes and removes its files. */
  readonly close: () => Promise<void>;
}

export interface BenchOptions {
  /** Numbers of objects to measure with. */
  readonly sizes: readonly number[];
}

/** Makes ready what a bench needs. */
export type Bench = (options: BenchOptions) => Promise<OpenBench>;
