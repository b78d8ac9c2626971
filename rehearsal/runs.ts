import { readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Job } from "./job.ts";
import { timestamp } from "./kube/timestamp.ts";
import { allProcesses, statOf } from "./proc.ts";
import { runFolders, runPrefix } from "./run-folder.ts";

const runSchema = z.object({
  environment: z.string(),
  /** When it started, as people write it: ISO 8601, to the second. */
  since: z.string(),
  /** First process inside its namespaces, by its number outside of them. */
  pid: z.number(),
  /** Clock tick at which that process started: a number that is used again belongs to a process with another. */
  startTick: z.string(),
  pidNamespace: z.string(),
});

/** A rehearsal that runs now. */
export interface Run extends z.infer<typeof runSchema> {
  readonly name: string;
  readonly folder: string;
}

const runFile = (folder: string) => join(folder, "run.json");

/** Children of a process. */
export const childrenOf = (pid: number): readonly number[] =>
  allProcesses()
    .filter(({ parent }) => parent === pid)
    .map((one) => one.pid);

/** Clock tick at which a process started; undefined for one that is gone. */
function startTickOf(pid: number): string | undefined {
  const started = statOf(pid)?.started;
  return started === undefined ? undefined : String(started);
}

const ownPidNamespace = () => readlinkSync("/proc/self/ns/pid");

/** Writes down how a run is entered: by the one child of the process that made its namespaces. */
export function writeRun({ folder, environment }: Pick<Job, "folder" | "environment">, maker: number): void {
  const pid = childrenOf(maker)[0];
  const startTick = pid === undefined ? undefined : startTickOf(pid);
  // It has ended already; there is nothing to enter.
  if (pid === undefined || startTick === undefined) return;
  const since = timestamp();
  const run: z.infer<typeof runSchema> = { environment, since, pid, startTick, pidNamespace: ownPidNamespace() };
  // Whole or not at all: others may look at any moment.
  writeFileSync(`${runFile(folder)}.new`, JSON.stringify(run));
  renameSync(`${runFile(folder)}.new`, runFile(folder));
}

/** Whether the process that a run names is still that process. */
const isAlive = ({ pid, startTick, pidNamespace }: z.infer<typeof runSchema>): boolean =>
  pidNamespace === ownPidNamespace() && startTickOf(pid) === startTick;

/** This user's rehearsals that run now and can be entered from here, the oldest first. */
export function runningRehearsals(base?: string): readonly Run[] {
  return runFolders(base)
    .flatMap(({ folder, owner }) => {
      if (owner === undefined) return [];
      try {
        const run = runSchema.parse(JSON.parse(readFileSync(runFile(folder), "utf8")));
        return isAlive(run) ? [{ ...run, folder, name: basename(folder).slice(runPrefix.length) }] : [];
      } catch {
        // It has not come so far, or ends at this moment.
        return [];
      }
    })
    .sort((a, b) => a.since.localeCompare(b.since));
}
