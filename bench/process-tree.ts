import { basename } from "node:path";
import { allProcesses, type ProcessStat } from "../rehearsal/proc.ts";

/** Linux shows clock ticks of a hundredth of a second on every architecture that Node runs on. */
export const ticksPerSecond = 100;

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

/** The processes below this one. */
export function processTree(): readonly ProcessStat[] {
  return descendants(allProcesses(), process.pid);
}
