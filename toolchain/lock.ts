import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { ToolchainError } from "./error.ts";
import { systemTool, type Env } from "./path.ts";

const Holder = z.object({ pid: z.number(), since: z.iso.datetime() });

/** Who holds a lock. `since` is an ISO 8601 time. */
export type LockHolder = z.infer<typeof Holder>;

interface LockOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Called once a second while another process holds the lock. */
  readonly onWaiting: (holder: LockHolder | undefined) => void;
  /** Called when the process that held the lock last ended without releasing it. */
  readonly onStale: (holder: LockHolder) => void;
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

type Keeper = ChildProcessByStdio<Writable, Readable, null>;

/** Resolves when the keeper has the lock. */
async function acquired(keeper: Keeper, file: string, signal: AbortSignal): Promise<void> {
  const [event] = await Promise.race([
    once(keeper.stdout, "data", { signal }),
    once(keeper, "exit", { signal }).then(([code]) => [code as unknown]),
  ]);
  if (!Buffer.isBuffer(event))
    throw new ToolchainError(`flock ${file} ended with code ${String(event)}: the lock cannot be taken.`);
}

/**
 * Does the work while holding the lock file; waits while another process holds it.
 *
 * The kernel keeps the lock (flock), through a small child process that ends with this one's pipe: however this process
 * ends, the lock is free. The file's content only tells others who holds it.
 * @throws ToolchainError without flock; the signal's reason when aborted
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { env, signal, onWaiting, onStale } = options;
  signal.throwIfAborted();
  const flock = await systemTool("flock", env);
  if (flock === undefined) {
    throw new ToolchainError(
      "flock was not found; it is needed for builds. It comes with util-linux: sudo apt-get install util-linux",
    );
  }
  // Detached: a Ctrl-C in the terminal must not free the lock before this process has tidied up.
  const keeper: Keeper = spawn(flock, [file, "/bin/sh", "-c", "echo held; read _"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const gone = once(keeper, "exit").catch(() => undefined);
  keeper.stdin.on("error", () => undefined);
  const waiting = setInterval(() => void readHolder(file).then(onWaiting), 1000);
  try {
    await acquired(keeper, file, signal);
  } catch (error) {
    keeper.stdin.end();
    keeper.kill();
    await gone;
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearInterval(waiting);
  }
  try {
    const stale = await readHolder(file);
    if (stale !== undefined) onStale(stale);
    await writeFile(file, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
    return await work();
  } finally {
    // The content is for others to read only: that it cannot be cleared must neither keep the lock nor hide an error.
    await writeFile(file, "").catch(() => undefined);
    keeper.stdin.end();
    await gone;
  }
}
