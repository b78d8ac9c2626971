/** Real seconds for each second of a cluster's life: 0.001 lets a start-up of 20 minutes take 1.2 s. */
export type TimeScale = number;

/** Default of a rehearsal. */
export const defaultTimeScale: TimeScale = 0.001;

/** Real milliseconds of so many simulated seconds. What must be seen by other processes takes a least time. */
export const realMs = (seconds: number, scale: TimeScale, leastMs = 0): number =>
  Math.max(leastMs, seconds * scale * 1000);
