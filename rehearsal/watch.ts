import { setTimeout as sleep } from "node:timers/promises";
import { RehearsalError } from "./error.ts";
import type { Watched } from "./processes.ts";

/** The error for what ended by itself, with the end of its log; undefined while all of it runs. */
export function endedProcesses(all: readonly Watched[]): RehearsalError | undefined {
  const ended = all.filter((one) => !one.isRunning());
  if (ended.length === 0) return undefined;
  return new RehearsalError(
    ended.map((one) => `${one.name} ended by itself (${one.ending()}). The end of its log:\n${one.tail()}`).join("\n"),
    ended.map((one) => ({ what: one.name, why: `it ended by itself (${one.ending()})` })),
  );
}

const soonMs = 200;

/** Does the work as long as everything runs that must. @throws RehearsalError within a second after something ended by itself. */
export async function whileAllRuns<Result>(
  all: () => readonly Watched[],
  work: () => Promise<Result>,
): Promise<Result> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    const ended = endedProcesses(all());
    if (ended) reject(ended);
  }, 1_000);
  try {
    return await Promise.race([work(), failed]);
  } catch (error) {
    // The end of a process is the reason of what failed for want of it, and becomes known a moment later than a broken connection.
    await sleep(soonMs);
    throw endedProcesses(all()) ?? error;
  } finally {
    clearInterval(timer);
  }
}
