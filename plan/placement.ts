import type { AcceleratorKind, InstanceType } from "../catalogue/types/index.ts";

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

/** More than any environment costs per hour. */
const forbidden = 1e6;

/**
 * Dollars per hour. Pools above the limit, and specialists in pools that do not hold them, cost more than any node, so that the
 * search removes them first, one by one.
 */
function costOf(problem: PlacementProblem, assignment: Assignment): number {
  const pools = poolsOf(problem.demands, assignment);
  let cost = Math.max(0, pools.length - problem.maxPools) * forbidden;
  for (const { type, gpus, demands } of pools) {
    const nodes = nodesFor(type, gpus, demands);
    cost += nodes === undefined ? demands.length * forbidden : nodes * (type.usdPerHour ?? forbidden);
  }
  return cost;
}

const fitting = (demand: Demand, offers: readonly InstanceType[]) =>
  offers.filter((type) => {
    const gpus = demand.on.get(type.accelerator)?.gpus;
    return type.usdPerHour !== null && gpus !== undefined && nodesFor(type, gpus, [demand]) !== undefined;
  });

/** Gains below a hundredth of a cent are rounding. */
const leastGain = 1e-4;

/**
 * Makes the single best move at a time (one specialist, or all of one pool, to another type) until none saves money.
 * @param pinned specialists that stay where they are.
 */
function improve(
  problem: PlacementProblem,
  start: Assignment,
  options: ReadonlyMap<string, readonly InstanceType[]>,
  pinned: ReadonlySet<string>,
): Assignment {
  let assignment = start;
  for (;;) {
    let best = { cost: costOf(problem, assignment) - leastGain, assignment };
    const groups = [
      ...problem.demands.map(({ specialist }) => [specialist]),
      ...poolsOf(problem.demands, assignment).map((pool) => pool.demands.map(({ specialist }) => specialist)),
    ].filter((group) => !group.some((specialist) => pinned.has(specialist)));
    for (const group of groups) {
      for (const type of problem.offers) {
        if (!group.every((specialist) => options.get(specialist)?.includes(type))) continue;
        const moved = new Map([...assignment, ...group.map((specialist) => [specialist, type] as const)]);
        const cost = costOf(problem, moved);
        if (cost < best.cost) best = { cost, assignment: moved };
      }
    }
    if (best.assignment === assignment) return assignment;
    assignment = best.assignment;
  }
}

/**
 * First solver: everyone on the type that is cheapest alone, then better by one move at a time. Deterministic, whatever the order of
 * demands and offers; no bound is claimed.
 */
export const localSearch: Solver = (unordered) => {
  const problem: PlacementProblem = {
    ...unordered,
    demands: unordered.demands.toSorted((a, b) => (a.specialist < b.specialist ? -1 : 1)),
    offers: unordered.offers.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
  const options = new Map(problem.demands.map((demand) => [demand.specialist, fitting(demand, problem.offers)]));
  const homeless = problem.demands.filter(({ specialist }) => options.get(specialist)?.length === 0);
  if (homeless.length > 0) {
    const names = homeless.map(({ specialist }) => specialist).join(", ");
    return { placed: false, reason: `no instance type on offer holds the replicas of ${names}` };
  }
  const start = new Map<string, InstanceType>();
  const pinned = new Set<string>();
  for (const demand of problem.demands) {
    const { specialist } = demand;
    const types = options.get(specialist) ?? [];
    const alone = (type: InstanceType) => costOf({ ...problem, demands: [demand] }, new Map([[specialist, type]]));
    const cheapest = types.toSorted((a, b) => alone(a) - alone(b))[0];
    const kept = types.find(({ name }) => name === problem.previous.get(specialist));
    const type = kept ?? cheapest;
    if (kept) pinned.add(specialist);
    if (type) start.set(specialist, type);
  }
  // What the old lock placed stays put, unless nothing that works is found around it.
  const around = improve(problem, start, options, pinned);
  const assignment =
    costOf(problem, around) < forbidden ? around : improve(problem, around, options, new Set<string>());
  const pools = poolsOf(problem.demands, assignment);
  if (pools.length > problem.maxPools) {
    return {
      placed: false,
      reason: `the search found no placement with at most ${problem.maxPools} pools; it needs ${pools.length}`,
    };
  }
  if (costOf(problem, assignment) >= forbidden)
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
