import type { AcceleratorKind, InstanceType } from "../catalogue/types.ts";

/** What one specialist asks of the nodes. */
export interface Demand {
  readonly specialist: string;
  readonly replicas: number;
  /** Resources of one replica by GPU kind; a kind that is not there does not fit. */
  readonly on: ReadonlyMap<AcceleratorKind, ReplicaResources>;
}

export interface ReplicaResources {
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

export interface PlacementProblem {
  readonly demands: readonly Demand[];
  /** Instance types that may be bought. */
  readonly offers: readonly InstanceType[];
  readonly maxPools: number;
  /** Instance type by specialist in the old lock: kept where it still fits. */
  readonly previous: ReadonlyMap<string, string>;
}

export interface PlacedPool {
  readonly instanceType: string;
  readonly gpusPerReplica: number;
  readonly nodes: number;
  readonly specialists: readonly string[];
}

/** Either a placement of every demand, or why there is none. */
export type Placement =
  | { readonly placed: true; readonly pools: readonly PlacedPool[] }
  | { readonly placed: false; readonly reason: string };

/** The seam for solvers: same problem, same placement. */
export type Solver = (problem: PlacementProblem) => Placement;

/** CPU and memory of each node that daemons take: device plugin, network, proxy, log shipper. */
const daemons = { cpuMilli: 300, memoryMiB: 512 } as const;

/**
 * Nodes of one type that hold these demands in any order of arrival, or undefined when one does not fit. Every replica takes the
 * same number of GPUs, so GPUs alone never strand one; CPU and memory are proven by the largest replicas meeting on one node.
 */
export function nodesFor(type: InstanceType, gpusPerReplica: number, demands: readonly Demand[]): number | undefined {
  if (type.gpuCount % gpusPerReplica !== 0) return undefined;
  const slots = type.gpuCount / gpusPerReplica;
  const largest = (of: (replica: ReplicaResources) => number) =>
    demands
      .flatMap(({ replicas, on }) => {
        const replica = on.get(type.accelerator);
        return Array.from({ length: Math.min(replicas, slots) }, () =>
          replica ? of(replica) : Number.POSITIVE_INFINITY,
        );
      })
      .sort((a, b) => b - a)
      .slice(0, slots)
      .reduce((sum, value) => sum + value, 0);
  if (largest(({ cpuMilli }) => cpuMilli) > type.allocatable.cpuMilli - daemons.cpuMilli) return undefined;
  if (largest(({ memoryMiB }) => memoryMiB) > type.allocatable.memoryMiB - daemons.memoryMiB) return undefined;
  return Math.ceil(demands.reduce((sum, { replicas }) => sum + replicas, 0) / slots);
}

type Assignment = ReadonlyMap<string, InstanceType>;

function poolsOf(
  demands: readonly Demand[],
  assignment: Assignment,
): readonly { type: InstanceType; gpus: number; demands: Demand[] }[] {
  const pools = new Map<string, { type: InstanceType; gpus: number; demands: Demand[] }>();
  for (const demand of demands) {
    const type = assignment.get(demand.specialist);
    const gpus = type && demand.on.get(type.accelerator)?.gpus;
    if (!type || gpus === undefined) continue;
    const key = `${type.name} ${gpus}`;
    const pool = pools.get(key) ?? { type, gpus, demands: [] };
    pool.demands.push(demand);
    pools.set(key, pool);
  }
  return [...pools.values()].sort((a, b) => (`${a.type.name} ${a.gpus}` < `${b.type.name} ${b.gpus}` ? -1 : 1));
}

/** Dollars per hour; pools above the limit cost more than any node, so that the search removes them first. */
function costOf(problem: PlacementProblem, assignment: Assignment): number {
  const pools = poolsOf(problem.demands, assignment);
  let cost = Math.max(0, pools.length - problem.maxPools) * 1e6;
  for (const { type, gpus, demands } of pools) {
    const nodes = nodesFor(type, gpus, demands);
    if (nodes === undefined) return Number.POSITIVE_INFINITY;
    cost += nodes * (type.usdPerHour ?? Number.POSITIVE_INFINITY);
  }
  return cost;
}

const fitting = (demand: Demand, offers: readonly InstanceType[]) =>
  offers.filter((type) => {
    const gpus = demand.on.get(type.accelerator)?.gpus;
    return (
      type.usdPerHour !== null && gpus !== undefined && nodesFor(type, gpus, [{ ...demand, replicas: 1 }]) !== undefined
    );
  });

/** Gains below a hundredth of a cent are rounding. */
const leastGain = 1e-4;

/**
 * First solver: everyone on the type that is cheapest alone, then the single best move at a time (one specialist, or all of one
 * pool, to another type) until none saves money. Deterministic; no bound is claimed for it.
 */
export const localSearch: Solver = (problem) => {
  const options = new Map(problem.demands.map((demand) => [demand.specialist, fitting(demand, problem.offers)]));
  const assignment = new Map<string, InstanceType>();
  const pinned = new Set<string>();
  for (const demand of problem.demands) {
    const types = options.get(demand.specialist) ?? [];
    const kept = types.find(({ name }) => name === problem.previous.get(demand.specialist));
    const alone = (type: InstanceType) =>
      costOf({ ...problem, demands: [demand] }, new Map([[demand.specialist, type]]));
    const cheapest = types.toSorted((a, b) => alone(a) - alone(b) || (a.name < b.name ? -1 : 1))[0];
    if (!cheapest)
      return { placed: false, reason: `no instance type on offer holds a replica of ${demand.specialist}` };
    if (kept) pinned.add(demand.specialist);
    assignment.set(demand.specialist, kept ?? cheapest);
  }
  // What the old lock placed stays put unless it no longer fits beside the others or breaks the pool limit.
  if (costOf(problem, assignment) >= 1e6) pinned.clear();
  for (;;) {
    const now = costOf(problem, assignment);
    let best: { cost: number; moves: readonly (readonly [string, InstanceType])[] } = { cost: now, moves: [] };
    const groups = [
      ...problem.demands.map(({ specialist }) => [specialist]),
      ...poolsOf(problem.demands, assignment).map((pool) => pool.demands.map(({ specialist }) => specialist)),
    ].filter((group) => !group.some((specialist) => pinned.has(specialist)));
    for (const group of groups) {
      for (const type of problem.offers) {
        if (!group.every((specialist) => options.get(specialist)?.includes(type))) continue;
        const moves = group.map((specialist) => [specialist, type] as const);
        const cost = costOf(problem, new Map([...assignment, ...moves]));
        if (cost < best.cost - leastGain) best = { cost, moves };
      }
    }
    if (best.moves.length === 0) break;
    for (const [specialist, type] of best.moves) assignment.set(specialist, type);
  }
  const pools = poolsOf(problem.demands, assignment);
  if (pools.length > problem.maxPools) {
    return {
      placed: false,
      reason: `the search found no placement with at most ${problem.maxPools} pools; it needs ${pools.length}`,
    };
  }
  if (!Number.isFinite(costOf(problem, assignment)))
    return { placed: false, reason: "the search found no placement that holds every replica" };
  return {
    placed: true,
    pools: pools.map(({ type, gpus, demands }) => ({
      instanceType: type.name,
      gpusPerReplica: gpus,
      nodes: nodesFor(type, gpus, demands) ?? 0,
      specialists: demands.map(({ specialist }) => specialist),
    })),
  };
};
