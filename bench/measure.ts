import { parseStat, readOf, type ProcessStat } from "../rehearsal/proc.ts";
import { parsePss, processTree, programOf, ticksPerSecond } from "./process-tree.ts";

/** Moments of a run that its work names itself, in seconds from its start. */
export type Moments = Readonly<Record<string, number>>;

/** What one run took. */
export interface Sample {
  /** By a clock that nobody sets. */
  readonly seconds: number;
  /** Of all processes that the run started and that have ended: exact. */
  readonly cpuSeconds: number;
  /** Most memory that those had at one time: the sum of their proportional set sizes, so that shared pages count once. Sampled. */
  readonly peakMiB: number;
  /** Who held it then. */
  readonly peakByProgram: Readonly<Record<string, number>>;
  /**
   * CPU seconds by program, those that ran before (an API server, say) counted from the run's start. Sampled: what a process did after
   * it was last seen, and processes that lived between two looks, are under `unseen`.
   */
  readonly cpuByProgram: Readonly<Record<string, number>>;
  readonly moments: Moments;
}

/** Looking costs time on the cores that are measured: at most this part of one core. */
const lookingShare = 0.04;
const shortestPauseMs = 50;

const keyOf = ({ pid, started }: ProcessStat) => `${pid} ${started}`;
const childTicks = () => parseStat(readOf("self", "stat") ?? "").childTicks;

/** Looks at the processes below this one again and again. */
class Watch {
  readonly #earlier = new Map(processTree().map((one) => [keyOf(one), one.ticks]));
  readonly #seen = new Map<string, { readonly program: string; readonly ticks: number; readonly isNew: boolean }>();
  #peak: Figures = [];
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const again = () => {
      const before = process.cpuUsage();
      this.#look();
      const { user, system } = process.cpuUsage(before);
      this.#timer = setTimeout(again, Math.max(shortestPauseMs, (user + system) / 1000 / lookingShare));
    };
    again();
  }

  #look(): void {
    const memory: Figures[number][] = [];
    for (const one of processTree()) {
      const key = keyOf(one);
      const before = this.#earlier.get(key);
      // A process that ends has no command line any more.
      const program = programOf(readOf(one.pid, "cmdline") ?? "") || (this.#seen.get(key)?.program ?? "");
      this.#seen.set(key, { program, ticks: one.ticks - (before ?? 0), isNew: before === undefined });
      if (before === undefined) memory.push([program, parsePss(readOf(one.pid, "smaps_rollup") ?? "")]);
    }
    if (sum(memory) > sum(this.#peak)) this.#peak = memory;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** @param cpuSeconds of the processes that the run started. */
  results(cpuSeconds: number): Pick<Sample, "peakMiB" | "peakByProgram" | "cpuByProgram"> {
    this.#look();
    const all = [...this.#seen.values()];
    const cpu = all.map(({ program, ticks }) => [program || "unseen", ticks / ticksPerSecond] as const);
    const unseen = cpuSeconds - sum(cpu.filter((_, index) => all[index]?.isNew === true));
    return {
      peakMiB: sum(this.#peak) / 1024,
      peakByProgram: byProgram(this.#peak.map(([program, kib]) => [program, kib / 1024])),
      cpuByProgram: byProgram([...cpu, ["unseen", Math.max(0, unseen)]]),
    };
  }
}

type Figures = readonly (readonly [program: string, value: number])[];

const sum = (figures: Figures) => figures.reduce((total, [, value]) => total + value, 0);

/** The figures of each program, added up. */
const byProgram = (figures: Figures): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(figures, ([program]) => program)].map(([program, some]) => [program, sum(some)]));

/**
 * Measures work that runs in processes below this one. Those that ran before belong to nobody's measure, save in `cpuByProgram`.
 * Linux only.
 */
export async function measure(work: () => Promise<Moments | void>): Promise<Sample> {
  const watch = new Watch();
  try {
    const ticks = childTicks();
    const begun = performance.now();
    const moments = (await work()) ?? {};
    const seconds = (performance.now() - begun) / 1000;
    const cpuSeconds = (childTicks() - ticks) / ticksPerSecond;
    return { seconds, cpuSeconds, ...watch.results(cpuSeconds), moments };
  } finally {
    watch.stop();
  }
}
