import type { Catalogue } from "../catalogue/types.ts";
import type { Finding } from "../config/finding.ts";
import { nodesFor, type Demand } from "./placement.ts";
import type { Lock } from "./lock.ts";
import type { Selected } from "./select.ts";

/** Whether the lock still fits what the environment selects. A lock that does not is never mended in passing. */
export function checkLock(
  environment: string,
  lock: Lock | undefined,
  specialists: readonly Selected[],
  demands: readonly Demand[],
  catalogue: Catalogue,
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
  const selected = new Map(specialists.map((one) => [one.row.name, one]));
  for (const name of Object.keys(lock.specialists)) {
    if (!selected.has(name))
      findings.push(
        misfit(`#specialists.${name}`, "a specialist that the environment no longer has", "only selected specialists"),
      );
  }
  const byPool = new Map<string, Demand[]>();
  for (const [name, { model, row }] of selected) {
    const entry = lock.specialists[name];
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
      findings.push(misfit(`${where}.pool`, entry.pool, [...pools.keys()].join(", ")));
      continue;
    }
    if (!demand) continue;
    const type = catalogue.instances.find((one) => one.name === pool.instanceType);
    const gpus = type && demand.on.get(type.accelerator)?.gpus;
    if (gpus !== pool.gpusPerReplica) {
      const needs =
        gpus === undefined ? `it does not fit ${pool.instanceType} as asked` : `it needs ${gpus} GPUs there`;
      findings.push(misfit(`${where}.pool`, `${entry.pool}: ${needs}`, "a pool that holds it"));
      continue;
    }
    byPool.set(pool.name, [...(byPool.get(pool.name) ?? []), demand]);
  }
  for (const [index, pool] of lock.pools.entries()) {
    const where = `#pools[${index}]`;
    const type = catalogue.instances.find((one) => one.name === pool.instanceType);
    if (!type) {
      findings.push(misfit(`${where}.instanceType`, pool.instanceType, "an instance type of the catalogue"));
      continue;
    }
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
