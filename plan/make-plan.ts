import type { Catalogue } from "../catalogue/types/index.ts";
import { RefusedError, type Finding } from "../config/finding.ts";
import type { Environment } from "../config/load.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { checkLock } from "./check-lock.ts";
import { checkAuthentication, checkBudget, checkSecrets, checkSelection, secretNeeds } from "./checks.ts";
import { costOf } from "./cost.ts";
import { allowedKinds, demandsOf, hostResources } from "./demands.ts";
import { withoutEchoes } from "./echoes.ts";
import { egressOf } from "./egress.ts";
import { externalRoutes } from "./external.ts";
import { checkGovernance, governanceOf } from "./governance.ts";
import type { Lock } from "./lock.ts";
import { namesOf } from "./customisation.ts";
import { domainNamespace, specialistName } from "./names.ts";
import { aliasesOf } from "./public-names.ts";
import { gatewayOf } from "./routes.ts";
import { select, type Selected } from "./select.ts";
import { servingOf } from "./serving.ts";
import { sizeOn } from "./sizing.ts";
import { registriesOf } from "./registries.ts";
import { adaptersOf, missingSources } from "./slots.ts";
import type { ClusterPlan, Plan, PoolPlan, SpecialistPlan } from "./types.ts";
import { applyWaivers } from "./waivers.ts";

export interface PlanInput {
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  readonly lock: Lock | undefined;
  /** ISO 8601 day that waivers are judged by. */
  readonly today: string;
}

/**
 * The plan of an environment. Same input, same plan.
 * @throws RefusedError with every finding, when one of them is an error.
 */
export function makePlan({ environment, catalogue: kit, lock, today }: PlanInput): Plan {
  const { name, config } = environment;
  const selection = select(config, kit);
  const { catalogue } = selection;
  const { kinds, findings: kindFindings } = allowedKinds(config, catalogue);
  const needs = secretNeeds(config, selection);
  const findings: Finding[] = [
    ...(environment.faults ?? []),
    ...selection.findings,
    ...kindFindings,
    ...checkSelection(config, selection, catalogue),
    ...checkGovernance(config, selection, catalogue),
    ...checkSecrets(name, config, needs),
    ...checkAuthentication(name, config),
  ];
  const { demands, findings: demandFindings } = demandsOf(selection.specialists, kinds, catalogue);
  findings.push(...demandFindings);
  // A lock is only judged against an environment that makes sense; else each fault would be told twice.
  if (!findings.some(({ severity }) => severity === "error"))
    findings.push(...checkLock(name, lock, selection.specialists, demands, catalogue, config.pools.max));

  const pools = lock?.pools.flatMap((entry) => poolPlan(entry, catalogue)) ?? [];
  const providers = selection.providers.map(({ provider }) => provider.id);
  const cost = costOf(pools, lock, providers);
  findings.push(...checkBudget(config, cost.usdPerMonth));
  const waived = applyWaivers(withoutEchoes(findings), config.waivers, today);
  if (!lock || waived.findings.some(({ severity }) => severity === "error"))
    throw new RefusedError(name, waived.findings);

  const specialists = selection.specialists.map((selected) =>
    specialistPlan(selected, name, config, catalogue, lock, pools),
  );
  return {
    schema: 1,
    environment: name,
    cluster: clusterPlan(config),
    namespaces: selection.bundles.map((bundle) => ({
      name: domainNamespace(name, bundle.id),
      domain: bundle.id,
      governance: governanceOf(bundle, config, catalogue, today),
    })),
    pools,
    specialists,
    gateway: { ...gatewayOf(name, config, specialists, catalogue, kit), external: externalRoutes(config, selection) },
    secrets: needs,
    cost,
    findings: waived.findings,
    waived: waived.notices,
    registries: registriesOf(config),
    missing: missingSources(config, selection),
    unresolved: unresolvedIn(lock),
  };
}

const clusterPlan = ({ cluster }: EnvironmentConfig): ClusterPlan =>
  cluster.kind === "rehearsal"
    ? { kind: "rehearsal", zones: cluster.zones }
    : {
        kind: "existing",
        ...(cluster.context !== undefined && { context: cluster.context }),
        ...(cluster.kubeconfig !== undefined && { kubeconfig: cluster.kubeconfig }),
      };

function poolPlan(entry: Lock["pools"][number], catalogue: Catalogue): readonly PoolPlan[] {
  const type = catalogue.instances.find(({ name }) => name === entry.instanceType);
  if (!type) return [];
  return [
    {
      name: entry.name,
      accelerator: type.accelerator,
      instanceType: type.name,
      nodes: entry.nodes,
      gpusPerNode: type.gpuCount,
      gpusPerReplica: entry.gpusPerReplica,
      usdPerHour: Math.round(entry.usdPerHour * entry.nodes * 1e6) / 1e6,
    },
  ];
}

function specialistPlan(
  selected: Selected,
  environment: string,
  config: EnvironmentConfig,
  catalogue: Catalogue,
  lock: Lock,
  pools: readonly PoolPlan[],
): SpecialistPlan {
  const { row, model, runtime, bundle } = selected;
  const locked = lock.specialists[row.name];
  const pool = pools.find(({ name }) => name === locked?.pool);
  const fit = pool && sizeOn(model, runtime, row, catalogue.accelerators[pool.accelerator]);
  if (!locked || !pool || !fit?.fits)
    throw new Error(`${row.name} passed the checks of the lock but fits no pool of it`);
  const aliases = aliasesOf(config, row.name);
  const adapters = adaptersOf(selected);
  const objectName = specialistName(row.name);
  return {
    name: row.name,
    names: model.api.kind === "rest" ? [] : namesOf(row.name, aliases, adapters),
    objectName,
    model: model.id,
    domain: bundle.id,
    namespace: domainNamespace(environment, bundle.id),
    runtime: runtime.id,
    pool: pool.name,
    replicas: row.replicas,
    gpusPerReplica: fit.gpus,
    ...hostResources(selected, fit.gpus),
    size: fit.size,
    serving: servingOf({
      runtime,
      model,
      servedNames: [row.name, ...aliases],
      context: row.context,
      gpus: fit.gpus,
      revision: locked.revision,
      adapters,
      settings: row.settings,
      repository: selected.source,
    }),
    store: {
      name: `${objectName}-weights`,
      sizeGiB: Math.ceil(model.disk.GiB),
      // Replicas on several nodes read one volume, so it has to be mountable on all of them.
      accessMode: row.replicas > 1 ? "ReadWriteMany" : "ReadWriteOnce",
      ...(config.storage.className !== undefined && { className: config.storage.className }),
    },
    egress: egressOf(model, runtime),
    api: model.api.kind,
  };
}

function unresolvedIn(lock: Lock): readonly string[] {
  return Object.entries(lock.specialists).flatMap(([name, { digest, revision }]) => [
    ...(digest === "unresolved" ? [`${name}: image digest`] : []),
    ...(revision === "unresolved" ? [`${name}: weights revision`] : []),
  ]);
}
