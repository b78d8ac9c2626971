import type { Catalogue } from "../catalogue/types/index.ts";
import type { Finding } from "../config/finding.ts";
import { nodesFor, type Demand } from "./placement.ts";
import type { Lock } from "./lock.ts";
import { poolName } from "./names.ts";
import type { Selected } from "./select.ts";

/**
 * Whether the lock still fits what the environment selects. A lock that does not is never mended in passing.
 * @param maxPools `polymath:pools.max`.
 */
export function checkLock(
  environment: string,
  lock: Lock | undefined,
  specialists: readonly Selected[],
  demands: readonly Demand[],
  catalogue: Catalogue,
  maxPools: number,
): readonly Finding[] {
  const fix = `run: npm run lock -- ${environment}`;
  const path = `locks/${environment}.json`;
  const misfit = (where: string, given: string, allowed: string): Finding => ({
    rule: "lock-misfit",
    severity: "error",
    path: `${path}${where}`,
    given,
    allowed,
    fix,
  });
  if (!lock)
    return [{ rule: "lock-missing", severity: "error", path, given: "no lock", allowed: "a committed lock", fix }];

  const findings: Finding[] = [];
  if (lock.environment !== environment)
    findings.push(misfit("#environment", `"${lock.environment}"`, `"${environment}"`));
  const pools = new Map(lock.pools.map((pool) => [pool.name, pool]));
  const entries = new Map(Object.entries(lock.specialists));
  const selected = new Map(specialists.map((one) => [one.row.name, one]));
  for (const name of entries.keys()) {
    if (!selected.has(name))
      findings.push(
        misfit(`#specialists.${name}`, "a specialist that the environment no longer has", "only selected specialists"),
      );
  }
  const byPool = new Map<string, Demand[]>();
  /** Pools whose number of nodes says nothing, because a specialist of theirs is faulty itself. */
  const unjudged = new Set<string>();
  for (const [name, { model, row }] of selected) {
    const entry = entries.get(name);
    const where = `#specialists.${name}`;
    if (!entry) {
      findings.push(misfit(where, "nothing", "an entry for each selected specialist"));
      continue;
    }
    const image = `${model.image.repository}:${model.image.tag}`;
    if (entry.model !== model.id) findings.push(misfit(`${where}.model`, entry.model, model.id));
    if (entry.image !== image) findings.push(misfit(`${where}.image`, entry.image, image));
    if (row.revision !== "unresolved" && entry.revision !== row.revision)
      findings.push(misfit(`${where}.revision`, entry.revision, row.revision));
    const demand = demands.find(({ specialist }) => specialist === name);
    const pool = pools.get(entry.pool);
    if (!pool) {
      findings.push(
        misfit(`${where}.pool`, entry.pool, `a pool of the lock: ${[...pools.keys()].join(", ") || "none"}`),
      );
      continue;
    }
    if (!demand) continue;
    const type = catalogue.instances.find((one) => one.name === pool.instanceType);
    if (!type) continue;
    const gpus = demand.on.get(type.accelerator)?.gpus;
    if (gpus !== pool.gpusPerReplica) {
      const needs =
        gpus === undefined ? `it does not fit the ${type.accelerator} as asked` : `it needs ${gpus} GPUs there`;
      findings.push(misfit(`${where}.pool`, `${entry.pool}: ${needs}`, "a pool that holds it"));
      unjudged.add(pool.name);
      continue;
    }
    byPool.set(pool.name, [...(byPool.get(pool.name) ?? []), demand]);
  }
  if (lock.pools.length > maxPools)
    findings.push(misfit("#pools", `${lock.pools.length} pools`, `at most ${maxPools}, as polymath:pools.max says`));
  for (const [index, pool] of lock.pools.entries()) {
    const where = `#pools[${index}]`;
    const name = poolName(pool.instanceType, pool.gpusPerReplica);
    if (pool.name !== name) findings.push(misfit(`${where}.name`, pool.name, name));
    if (lock.pools.findIndex((other) => other.name === pool.name) !== index) {
      findings.push(misfit(`${where}.name`, `${pool.name} for a second pool`, "each pool once"));
      continue;
    }
    const type = catalogue.instances.find((one) => one.name === pool.instanceType);
    if (!type) {
      findings.push(misfit(`${where}.instanceType`, pool.instanceType, "an instance type of the catalogue"));
      continue;
    }
    if (unjudged.has(pool.name)) continue;
    const needed = nodesFor(type, pool.gpusPerReplica, byPool.get(pool.name) ?? []);
    if (needed !== pool.nodes) {
      const allowed =
        needed === undefined
          ? `specialists whose CPU and memory fit ${type.name}`
          : `${needed}, what its specialists need`;
      findings.push(misfit(`${where}.nodes`, String(pool.nodes), allowed));
    }
  }
  return findings;
}
