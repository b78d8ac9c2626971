import { readFileSync } from "node:fs";
import { join } from "node:path";
import { timestamp } from "../../rehearsal/kube/timestamp.ts";
import { keptRuns } from "../../rehearsal/run-folder.ts";
import { failed } from "./text.ts";

/** The first line that a run's log has of its failure; empty where it has none. */
function reasonIn(logs: string): string {
  try {
    const text = readFileSync(join(logs, "rehearsal.log"), "utf8");
    return (
      text
        .split("\n")
        .find((line) => line.startsWith(failed))
        ?.slice(failed.length)
        .trim() ?? ""
    );
  } catch {
    return "";
  }
}

/** The logs that are kept of this user's failed runs, the newest first: when, why, and where. */
export function keptLogs(base?: string): string {
  const runs = keptRuns(base);
  if (runs.length === 0) return "No logs are kept: no rehearsal of yours has failed lately.\n";
  return runs
    .map(({ logs, time }) => `${timestamp(time)}  ${logs}\n  ${reasonIn(logs)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}
