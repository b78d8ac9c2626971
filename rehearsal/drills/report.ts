import { z } from "zod";
import { table } from "../../plan/table.ts";
import { tallySchema } from "./tally.ts";

/** A pod that ended, and the one that Kubernetes made in its place. */
const moveSchema = z.object({
  pod: z.string(),
  node: z.string(),
  replacement: z
    .object({
      pod: z.string(),
      /** Null: it could not be scheduled. */
      node: z.string().nullable(),
      /** Since it was made; null: it is not ready. */
      readySeconds: z.number().nullable(),
      /** The scheduler's or kubelet's own reason, where it is not ready. */
      why: z.string().nullable(),
    })
    .nullable(),
});
export type Move = z.infer<typeof moveSchema>;

const verdictSchema = z.object({ kept: z.boolean(), why: z.string() });
export type Verdict = z.infer<typeof verdictSchema>;

const specialistSchema = z.object({
  name: z.string(),
  pool: z.string(),
  replicas: z.number(),
  /** Replicas that ran on what was killed. */
  hit: z.number(),
  promise: z.object({
    kind: z.enum(["unaffected", "keeps-answering", "comes-back", "lost"]),
    mayLose: z.number(),
    withinSeconds: z.number().nullable(),
    why: z.string(),
  }),
  /** From the kill until it was put back. */
  away: tallySchema,
  /** From the kill until the end. */
  traffic: tallySchema,
  moves: z.array(moveSchema),
  verdict: verdictSchema,
});
export type SpecialistReport = z.infer<typeof specialistSchema>;

/** What a drill saw, plain. Times are seconds of the rehearsal, since the kill where nothing else is said. */
export const drillReportSchema = z.object({
  drill: z.string(),
  target: z.string(),
  /** Why this target. */
  why: z.string(),
  nodes: z.array(z.string()),
  requestsPerSecond: z.number(),
  timeoutSeconds: z.number(),
  /** Until it was put back. */
  awaySeconds: z.number(),
  /** From then until everything was ready and answered; null: not within the patience. */
  backSeconds: z.number().nullable(),
  specialists: z.array(specialistSchema),
  /** What the plan promises for the environment as a whole. */
  checks: z.array(verdictSchema.extend({ what: z.string() })),
  /** Times that a real cluster takes longer for. */
  scales: z.array(z.object({ what: z.string(), seenSeconds: z.number(), realSeconds: z.number() })),
  notes: z.array(z.string()),
  /** Whether everything was as the plan promised, or better. */
  kept: z.boolean(),
});
export type DrillReport = z.infer<typeof drillReportSchema>;

const failures = (failed: Readonly<Record<string, number>>) =>
  Object.entries(failed)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${count} ${what}`)
    .join(", ") || "none";

const mark = ({ kept, why }: Verdict) => `${kept ? "kept" : "BROKEN"}: ${why}`;

function moveLine(specialist: string, { pod, node, replacement }: Move): string {
  const gone = `  ${specialist}: ${pod} on ${node}`;
  if (!replacement) return `${gone} ended, nothing was made in its place`;
  const where = replacement.node === null ? "not rescheduled" : `rescheduled to ${replacement.node}`;
  const ready =
    replacement.readySeconds === null
      ? `not ready: ${replacement.why ?? "no reason given"}`
      : `ready ${replacement.readySeconds} s after it was made`;
  return `${gone} -> ${replacement.pod} ${where}, ${ready}`;
}

/** The report for people: what was killed, what was lost and for how long, where pods went, and what had been promised. */
export function drillTable(report: DrillReport): string {
  const { nodes, specialists, checks, scales, notes, backSeconds } = report;
  const moves = specialists.flatMap((one) => one.moves.map((move) => moveLine(one.name, move)));
  const back =
    backSeconds === null ? "not everything answered again" : `everything answered again after ${backSeconds} s`;
  return [
    `Drill ${report.drill}: ${report.target} (${report.why}).${nodes.length > 0 ? ` Killed: ${nodes.join(", ")}.` : ""}`,
    `Traffic: ${report.requestsPerSecond} requests per second to each specialist, ${report.timeoutSeconds} s for each. Put back after ${report.awaySeconds} s; ${back}.`,
    table(
      ["specialist", "replicas", "killed", "requests", "failed", "how", "longest outage", "promise", "verdict"],
      specialists.map(({ name, replicas, hit, traffic, promise, verdict }) => [
        name,
        String(replicas),
        String(hit),
        String(traffic.sent),
        String(traffic.sent - traffic.ok),
        failures(traffic.failed),
        `${traffic.longestOutageSeconds} s`,
        promise.withinSeconds === null || promise.withinSeconds === 0
          ? promise.kind
          : `${promise.kind} within ${promise.withinSeconds} s`,
        mark(verdict),
      ]),
    ),
    `Pods that ended:\n${moves.join("\n") || "  none of a specialist"}`,
    ...checks.map((check) => `${check.what}: ${mark(check)}`),
    ...scales.map(
      ({ what, seenSeconds, realSeconds }) =>
        `${what}: ${seenSeconds} s here, about ${realSeconds} s on a real cluster.`,
    ),
    ...notes.map((note) => `Note: ${note}.`),
    report.kept ? "The plan promised nothing better." : "The plan promised better.",
  ].join("\n\n");
}
