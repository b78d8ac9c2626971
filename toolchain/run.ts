import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Env } from "./path.ts";

/**
 * Becomes the command, beside a watcher in the same process group that kills the group when its standard input closes: the kernel closes it
 * however this process ends, kill -9 included.
 */
const guard = 'exec 3<&0 </dev/null; { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/** How long a command that was asked to end may tidy up, in milliseconds. */
const graceMs = 2_000;

interface RunOptions {
  /** @default the current folder */
  readonly cwd?: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Called for each line of the standard error. */
  readonly onLine?: (line: string) => void;
}

/** How a command ended. */
export interface RunResult {
  readonly stdout: string;
  /** The end of its standard error. */
  readonly tail: readonly string[];
  /** Undefined when it succeeded, else its exit code or signal, or why it could not be started. */
  readonly failure: string | undefined;
}

/** The end of a command's own words that an error message repeats, in lines. */
const tailLines = 20;

/**
 * Runs a command and everything that it starts as one group, which ends with this process at the latest.
 * @param command its absolute path
 * @throws the signal's reason when aborted
 */
export async function runGroup(
  command: string,
  args: readonly string[],
  { cwd, env, signal, onLine }: RunOptions,
): Promise<RunResult> {
  signal.throwIfAborted();
  const child = spawn("/bin/sh", ["-c", guard, "run", command, ...args], {
    ...(cwd !== undefined && { cwd }),
    env,
    detached: true,
  });
  const end = (kind: NodeJS.Signals) => {
    // The group's id is the id of its leader; it is gone when all of it has ended.
    try {
      if (child.pid !== undefined) process.kill(-child.pid, kind);
    } catch {}
  };
  let patience: NodeJS.Timeout | undefined;
  const onAbort = () => {
    end("SIGTERM");
    patience = setTimeout(() => end("SIGKILL"), graceMs);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  let stdout = "";
  const tail: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  createInterface(child.stderr).on("line", (line) => {
    onLine?.(line);
    if (tail.push(line) > tailLines) tail.shift();
  });
  try {
    const failure = await new Promise<string | undefined>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      // The command itself has ended; what it started may not have, and the watcher has not.
      child.on("exit", () => end("SIGKILL"));
      child.on("close", (code, kind) => resolve(code === 0 ? undefined : (kind ?? `code ${code}`)));
    });
    signal.throwIfAborted();
    return { stdout, tail, failure };
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(patience);
  }
}
