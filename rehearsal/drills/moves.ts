import { nodeLoss } from "../../plan/promises.ts";
import type { DrillReport, Move } from "./report.ts";
import { seconds } from "./tally.ts";
import type { PodLife, Witness } from "./witness.ts";

const replacementOf = ({ name, node, seenAt, readyAt, unscheduled, unready }: PodLife): Move["replacement"] => ({
  pod: name,
  node: node ?? null,
  readySeconds: readyAt === undefined ? null : seconds(readyAt - seenAt),
  why: readyAt === undefined ? (unscheduled ?? unready ?? null) : null,
});

/** Pods that were there at a time and have ended since, by owner, each with the pod that was made in its place. */
export function movesOf(pods: readonly PodLife[], since: number): ReadonlyMap<string, readonly Move[]> {
  const byOwner = Map.groupBy(pods, ({ owner }) => owner);
  return new Map(
    [...byOwner].map(([owner, lives]) => {
      const made = lives.filter(({ seenAt }) => seenAt > since);
      const ended = lives.filter(({ seenAt, deletedAt }) => seenAt <= since && (deletedAt ?? 0) > since);
      const moves = ended.map((life, index): Move => {
        const replacement = made[index];
        return { pod: life.name, node: life.node ?? "", replacement: replacement ? replacementOf(replacement) : null };
      });
      return [owner, moves];
    }),
  );
}

/** Times of a node's death that a rehearsal shortens, beside those of a real cluster. */
export function scalesOf(
  nodes: readonly string[],
  { noticed, pods }: Pick<Witness, "noticed" | "pods">,
  killedAt: number,
): DrillReport["scales"] {
  const first = (times: readonly (number | undefined)[]) =>
    Math.min(...times.map((time) => (time === undefined || time < killedAt ? Number.POSITIVE_INFINITY : time)));
  const row = (what: string, at: number, realSeconds: number) =>
    Number.isFinite(at) ? [{ what, seenSeconds: seconds(at - killedAt), realSeconds }] : [];
  return [
    ...row("The first node was taken for lost", first(nodes.map((node) => noticed.get(node))), nodeLoss.noticed),
    ...row(
      "The first pod was evicted",
      first(pods.filter(({ node }) => nodes.includes(node ?? "")).map(({ deletedAt }) => deletedAt)),
      nodeLoss.noticed + nodeLoss.evicted,
    ),
  ];
}
