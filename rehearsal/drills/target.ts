import { labels, zoneLabel } from "../../plan/names.ts";
import { RehearsalError } from "../error.ts";
import type { KubeObject } from "../kube/client.ts";
import { textField } from "../kube/fields.ts";
import { suggest } from "../../config/nearest.ts";

/** A node of the cluster. */
export interface ClusterNode {
  readonly name: string;
  /** Pool of the plan; empty for a node without GPUs, where gateway and router run. */
  readonly pool: string;
  /** Empty where the node has no zone label. */
  readonly zone: string;
}

/** Nodes that are killed together, and why these. */
export interface Choice {
  readonly target: string;
  readonly nodes: readonly ClusterNode[];
  readonly why: string;
}

export const nodesOf = (nodes: readonly KubeObject[]): readonly ClusterNode[] =>
  nodes
    .map(({ metadata }) => ({
      name: metadata.name ?? "",
      pool: metadata.labels?.[labels.pool] ?? "",
      zone: metadata.labels?.[zoneLabel] ?? "",
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** A pod of a specialist, by its object name, and where it runs. */
export interface PlacedPod {
  readonly specialist: string;
  readonly node: string;
}

export const placedPodsOf = (pods: readonly KubeObject[]): readonly PlacedPod[] =>
  pods.flatMap((pod) => {
    const specialist = pod.metadata.labels?.[labels.specialist];
    const node = textField(pod, "spec", "nodeName");
    return specialist === undefined || node === undefined ? [] : [{ specialist, node }];
  });

/** How much it hurts to lose nodes: specialists that lose their last replica, then replicas. */
function harm(nodes: readonly ClusterNode[], pods: readonly PlacedPod[]): readonly [number, number] {
  const names = new Set(nodes.map(({ name }) => name));
  const hit = pods.filter(({ node }) => names.has(node));
  const left = new Set(pods.filter(({ node }) => !names.has(node)).map(({ specialist }) => specialist));
  const silenced = new Set(hit.map(({ specialist }) => specialist).filter((specialist) => !left.has(specialist)));
  return [silenced.size, hit.length];
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The worst of some groups of nodes; of equals the first by name. */
function worstOf(
  groups: ReadonlyMap<string, readonly ClusterNode[]>,
  pods: readonly PlacedPod[],
  among: string,
): Choice | undefined {
  const ranked = [...groups]
    .map(([target, nodes]) => ({ target, nodes, harm: harm(nodes, pods) }))
    .toSorted((a, b) => b.harm[0] - a.harm[0] || b.harm[1] - a.harm[1] || (a.target < b.target ? -1 : 1));
  const [worst] = ranked;
  if (!worst) return undefined;
  const [silenced, replicas] = worst.harm;
  const hurts = `${count(silenced, "specialist")} without another replica, ${count(replicas, "replica")} in all`;
  const equals = ranked.filter(({ harm: one }) => one[0] === silenced && one[1] === replicas).length;
  const tie = equals > 1 ? `; the first by name of ${equals} that are as bad` : "";
  return { target: worst.target, nodes: worst.nodes, why: `hurts most ${among}: ${hurts}${tie}` };
}

/**
 * The nodes that a drill kills.
 * @param target a node or a pool (of which the worst node is taken); a zone. Undefined: what hurts most.
 * @throws RehearsalError where there is no such thing, with what there is.
 */
export function chooseNodes(
  kind: "node" | "zone",
  target: string | undefined,
  nodes: readonly ClusterNode[],
  pods: readonly PlacedPod[],
): Choice {
  const keyOf = kind === "node" ? ({ name }: ClusterNode) => name : ({ zone }: ClusterNode) => zone;
  const groups = Map.groupBy(
    nodes.filter((node) => keyOf(node) !== ""),
    keyOf,
  );
  const named = target === undefined ? undefined : groups.get(target);
  if (target !== undefined && named) return { target, nodes: named, why: "asked for" };
  const ofPool = nodes.filter(({ pool }) => pool === target);
  if (target !== undefined && (kind === "zone" || ofPool.length === 0)) {
    const pools = new Set(kind === "node" ? nodes.map(({ pool }) => pool).filter(Boolean) : []);
    const known = [...groups.keys(), ...pools];
    throw new RehearsalError(`--drill ${kind}: there is no "${target}" here; ${suggest(target, known)}`);
  }
  const among = target === undefined ? `of all ${kind}s` : `of pool ${target}`;
  const choice = worstOf(target === undefined ? groups : Map.groupBy(ofPool, keyOf), pods, among);
  if (!choice) throw new RehearsalError(`--drill ${kind}: no node of this cluster has a ${kind}.`);
  return choice;
}

/** What a plan can know about the loss of these nodes. */
export function lossOf(nodes: readonly ClusterNode[]): {
  readonly lost: Readonly<Record<string, number>>;
  readonly others: number;
} {
  const byPool = Map.groupBy(nodes, ({ pool }) => pool);
  const { "": others = 0, ...lost } = Object.fromEntries([...byPool].map(([pool, all]) => [pool, all.length]));
  return { lost, others };
}
