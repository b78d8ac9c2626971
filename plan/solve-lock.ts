import type { Catalogue } from "../catalogue/types/index.ts";
import { RefusedError } from "../config/finding.ts";
import type { Environment } from "../config/load.ts";
import { checkSelection } from "./checks.ts";
import { allowedKinds, demandsOf } from "./demands.ts";
import { withoutEchoes } from "./echoes.ts";
import type { Lock } from "./lock.ts";
import { poolName } from "./names.ts";
import { localSearch, type Solver } from "./placement.ts";
import { select } from "./select.ts";

export interface SolvedLock {
  readonly lock: Lock;
  /** One sentence for each specialist that is new, gone or on another pool than in the old lock. */
  readonly moves: readonly string[];
}

/**
 * Solves the placement of an environment and writes down what it rests on.
 * @param old the lock that was; what it placed stays where it can.
 * @throws RefusedError when the environment cannot be placed.
 */
export function solveLock(
  environment: Environment,
  kit: Catalogue,
  old: Lock | undefined,
  solver: Solver = localSearch,
): SolvedLock {
  const { config, name } = environment;
  const selection = select(config, kit);
  const { catalogue } = selection;
  const { kinds, findings: kindFindings } = allowedKinds(config, catalogue);
  const { demands, findings: demandFindings } = demandsOf(selection.specialists, kinds, catalogue);
  const findings = [
    ...(environment.faults ?? []),
    ...selection.findings,
    ...kindFindings,
    ...checkSelection(config, selection, catalogue),
    ...demandFindings,
  ];
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new RefusedError(name, withoutEchoes(findings));

  const oldType = new Map(old?.pools.map((pool) => [pool.name, pool.instanceType]));
  const previous = new Map(
    Object.entries(old?.specialists ?? {}).flatMap(([specialist, { pool }]) => {
      const type = oldType.get(pool);
      return type === undefined ? [] : [[specialist, type] as const];
    }),
  );
  const offers = catalogue.instances.filter((type) => kinds.includes(type.accelerator) && type.usdPerHour !== null);
  const placement = solver({ demands, offers, maxPools: config.pools.max, previous });
  if (!placement.placed) {
    throw new RefusedError(name, [
      {
        rule: "no-placement",
        severity: "error",
        path: "polymath:pools",
        given: placement.reason,
        allowed: `at most ${config.pools.max} pools of ${kinds.join(", ")}`,
        fix: "raise polymath:pools.max, allow more GPU kinds, or ask for fewer replicas",
      },
    ]);
  }
  const price = new Map(offers.map((type) => [type.name, type.usdPerHour ?? 0]));
  const poolOf = new Map(
    placement.pools.flatMap((pool) =>
      pool.specialists.map((specialist) => [specialist, poolName(pool.instanceType, pool.gpusPerReplica)] as const),
    ),
  );
  const lock: Lock = {
    schema: 1,
    environment: name,
    prices: { region: catalogue.instanceSource.region, date: catalogue.instanceSource.priceDate },
    pools: placement.pools.map(({ instanceType, gpusPerReplica, nodes }) => ({
      name: poolName(instanceType, gpusPerReplica),
      instanceType,
      gpusPerReplica,
      nodes,
      usdPerHour: price.get(instanceType) ?? 0,
    })),
    specialists: Object.fromEntries(
      selection.specialists
        .toSorted((a, b) => (a.row.name < b.row.name ? -1 : 1))
        .map(({ row, model }) => [
          row.name,
          {
            model: model.id,
            pool: poolOf.get(row.name) ?? "",
            image: `${model.image.repository}:${model.image.tag}`,
            digest: "unresolved",
            revision: row.revision,
          },
        ]),
    ),
  };
  return { lock, moves: movesBetween(old, lock) };
}

function movesBetween(old: Lock | undefined, lock: Lock): readonly string[] {
  const before = old?.specialists ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(lock.specialists)])].sort();
  return names.flatMap((name) => {
    const from = before[name]?.pool;
    const to = lock.specialists[name]?.pool;
    if (from === to) return [];
    if (from === undefined) return [`${name}: placed on ${to}`];
    if (to === undefined) return [`${name}: gone from ${from}`];
    return [`${name}: moves from ${from} to ${to}`];
  });
}
