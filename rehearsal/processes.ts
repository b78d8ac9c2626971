import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A long-running process of a rehearsal. */
export interface RunningProcess {
  readonly name: string;
  readonly isRunning: () => boolean;
  /** Asks it to end, and kills it after five seconds. */
  readonly stop: () => Promise<void>;
  /** The last lines of its log, for an error message. */
  readonly tail: (lines?: number) => string;
}

const graceMs = 5_000;

/** Starts a process whose output goes to a file. */
export function startProcess(
  name: string,
  file: string,
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv = process.env,
): RunningProcess {
  const log = openSync(logFile, "a");
  const child = spawn(file, args, { stdio: ["ignore", log, log], env });
  closeSync(log);
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  // A file that cannot be started is seen as a process that has ended; its reason goes to the tail.
  let failure = "";
  child.on("error", (error) => {
    failure = error.message;
  });
  return {
    name,
    isRunning,
    stop: async () => {
      if (!isRunning()) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
    tail: (lines = 15) => {
      const text = readFileSync(logFile, "utf8").trim().split("\n").slice(-lines).join("\n");
      return failure === "" ? text : `${text}\n${failure}`.trim();
    },
  };
}
