import { readdirSync, readFileSync } from "node:fs";

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

/** A file of a process; undefined when it ended meanwhile, or belongs to somebody else. */
export function readOf(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

/** The numbers of all processes of this namespace. */
export const processIds = (): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** What `/proc` says of a process; undefined for one that is gone. */
export function statOf(pid: number | string): ProcessStat | undefined {
  const text = readOf(pid, "stat");
  return text === undefined ? undefined : parseStat(text);
}

/** What it says of every process. */
export const allProcesses = (): readonly ProcessStat[] => processIds().flatMap((pid) => statOf(pid) ?? []);
