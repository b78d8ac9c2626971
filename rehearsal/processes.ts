import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** Something that must keep running. */
export interface Watched {
  readonly name: string;
  readonly isRunning: () => boolean;
  /** How it ended: its exit code, its signal, or why it could not be started. */
  readonly ending: () => string;
  /** The last lines of its log, for an error message. */
  readonly tail: (lines?: number) => string;
}

/** A long-running process of a rehearsal. */
export interface RunningProcess extends Watched {
  /** Asks it to end, and kills it after five seconds. */
  readonly stop: () => Promise<void>;
  /** Kills it at once, as a crash would. */
  readonly kill: () => Promise<void>;
  /** Sends it a signal, SIGSTOP for one; nothing happens where it does not run. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Starts it again as it was started before; nothing happens while it runs. */
  readonly restart: () => void;
}

const graceMs = 5_000;

/** The last lines of a log; of a log that cannot be read, why. */
export function tailOf(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, "utf8").trim().split("\n").slice(-lines).join("\n");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The environment of a Go program that collects garbage twice as often as it does by itself, for less memory. */
export const frugal: NodeJS.ProcessEnv = { ...process.env, GOGC: "50" };

/** Starts a process whose output goes to a file. */
export function startProcess(
  name: string,
  file: string,
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv = process.env,
): RunningProcess {
  let failure = "";
  const launch = () => {
    const log = openSync(logFile, "a");
    const launched = spawn(file, args, { stdio: ["ignore", log, log], env });
    closeSync(log);
    // A file that cannot be started is seen as a process that has ended.
    launched.on("error", (error) => {
      failure = error.message;
    });
    return launched;
  };
  let child = launch();
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    isRunning,
    kill: async () => {
      if (!isRunning()) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    signal: (signal) => {
      if (isRunning()) child.kill(signal);
    },
    restart: () => {
      if (!isRunning()) child = launch();
    },
    stop: async () => {
      if (!isRunning()) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
    ending: () => failure || child.signalCode || `exit code ${child.exitCode}`,
    tail: (lines) => tailOf(logFile, lines),
  };
}
