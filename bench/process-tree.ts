import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** What /proc says of one process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks from boot to its start: tells it from a later process of the same number. */
  readonly started: number;
  /** CPU time of its own, in clock ticks. */
  readonly ticks: number;
  /** CPU time of its children that have ended and were waited for, with all of theirs, in clock ticks. */
  readonly childTicks: number;
}

/** Linux shows clock ticks of a hundredth of a second on every architecture that Node runs on. */
export const ticksPerSecond = 100;

/** Reads `/proc/PID/stat`. The command's name stands in parentheses and may hold any character. */
export function parseStat(text: string): ProcessStat {
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  // proc_pid_stat(5) counts from 1, and the name is the second field.
  const at = (field: number) => fields[field - 3] ?? Number.NaN;
  return {
    pid: Number.parseInt(text, 10),
    parent: at(4),
    started: at(22),
    ticks: at(14) + at(15),
    childTicks: at(16) + at(17),
  };
}

/** Proportional set size in KiB out of `/proc/PID/smaps_rollup`; 0 where it has none, as a process that just ends. */
export const parsePss = (text: string): number => Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);

/** What runs in a process: its executable; for Node the script, with its folder. The command line is `/proc/PID/cmdline`. */
export function programOf(commandLine: string): string {
  const [file = "", ...args] = commandLine.split("\0");
  const name = basename(file);
  const script = args.find((arg) => arg !== "" && !arg.startsWith("-"));
  return name === "node" && script !== undefined ? script.split("/").slice(-2).join("/") : name;
}

/** Every process below a root, however deep. */
export function descendants(stats: readonly ProcessStat[], root: number): readonly ProcessStat[] {
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const below = (pid: number): readonly ProcessStat[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}

/** A file of a process; undefined when it ended meanwhile, or belongs to somebody else. */
export function readOf(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

/** The processes below this one. */
export function processTree(): readonly ProcessStat[] {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const text = readOf(pid, "stat");
      return text === undefined ? [] : [parseStat(text)];
    });
  return descendants(stats, process.pid);
}
