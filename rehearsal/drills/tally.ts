import { z } from "zod";

/** One request of the steady traffic. */
export interface Sample {
  readonly specialist: string;
  /** When it was sent, milliseconds; any origin, the same for all samples. */
  readonly at: number;
  /** When its answer was there, or when it was given up; on the same clock. */
  readonly endedAt: number;
  /** Undefined: the right specialist answered with 200. Else what happened, in a word or two. */
  readonly failure?: string;
  /** Pod that answered, as the server says; empty when none did. */
  readonly pod: string;
  readonly node: string;
}

/** What became of the requests to one specialist. Times are seconds since the kill, by when a request was sent. */
export const tallySchema = z.object({
  sent: z.number(),
  ok: z.number(),
  /** Requests that failed, by what happened. */
  failed: z.record(z.string(), z.number()),
  firstFailureSeconds: z.number().nullable(),
  lastFailureSeconds: z.number().nullable(),
  /** The longest time without one answer: from a request that failed to the next that did not, or to the end. 0: none failed. */
  longestOutageSeconds: z.number(),
  /** Pods that answered after the last failure, or at all where none failed. */
  answeredBy: z.array(z.string()),
});
export type Tally = z.infer<typeof tallySchema>;

/** Milliseconds as seconds, to a tenth. */
export const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

/**
 * Counts the requests to a specialist that were sent from the kill on and had ended by a moment. Pure.
 * @param killedAt and
 * @param until on the clock of the samples; what ended later says nothing of the time before: a request that waited until what was
 * killed was put back may have been answered by it. An outage that lasts ends there.
 */
export function tallyOf(all: readonly Sample[], specialist: string, killedAt: number, until: number): Tally {
  const samples = all
    .filter((one) => one.specialist === specialist && one.at >= killedAt && one.endedAt < until)
    .toSorted((a, b) => a.at - b.at);
  const failures = samples.filter(({ failure }) => failure !== undefined);
  const failed: Record<string, number> = {};
  for (const { failure = "" } of failures) failed[failure] = (failed[failure] ?? 0) + 1;
  let longest = 0;
  let outSince: number | undefined;
  for (const { at, failure } of [...samples, { at: until, failure: undefined }]) {
    if (failure !== undefined) outSince ??= at;
    else if (outSince !== undefined) {
      longest = Math.max(longest, at - outSince);
      outSince = undefined;
    }
  }
  const [first, last] = [failures[0]?.at, failures.at(-1)?.at];
  const after = samples.filter(({ at, failure }) => failure === undefined && (last === undefined || at > last));
  return {
    sent: samples.length,
    ok: samples.length - failures.length,
    failed,
    firstFailureSeconds: first === undefined ? null : seconds(first - killedAt),
    lastFailureSeconds: last === undefined ? null : seconds(last - killedAt),
    longestOutageSeconds: seconds(longest),
    answeredBy: [...new Set(after.map(({ pod }) => pod))].sort(),
  };
}

/** Specialists of which no request sent since then has been answered well, or some has failed. */
export function unwell(all: readonly Sample[], specialists: readonly string[], since: number): readonly string[] {
  return specialists.filter((name) => {
    const recent = all.filter(({ specialist, at }) => specialist === name && at >= since);
    return recent.length === 0 || recent.some(({ failure }) => failure !== undefined);
  });
}
