import * as pulumi from "@pulumi/pulumi";
import type { CredentialId } from "../catalogue/types/index.ts";
import { devicePluginNamespace } from "../plan/names.ts";
import type { Plan } from "../plan/types.ts";
import { DevicePlugin } from "./device-plugin/index.ts";
import { credentialIds } from "../catalogue/credentials.ts";
import { DomainNamespace } from "./domain-namespace/index.ts";
import type { Edges } from "./edges.ts";
import { existingNodes } from "./gpu-node-pool/existing.ts";
import { GpuNodePool } from "./gpu-node-pool/index.ts";
import { simulatedNodes } from "./gpu-node-pool/simulated.ts";
import { ModelCluster } from "./model-cluster/index.ts";
import { RoutingIngress } from "./routing-ingress/index.ts";
import { Specialist } from "./specialist/index.ts";
import { WeightStore } from "./weight-store/index.ts";

/** Value of a key under `polymath:secrets`. */
export type SecretSource = (key: string) => pulumi.Output<string>;

/** What a stack gives out. */
export interface Outputs {
  readonly host: string;
  readonly specialists: readonly { readonly name: string; readonly namespace: string; readonly pool: string }[];
  readonly usdPerHour: number;
}

/**
 * Declares everything that a plan holds, in the order of its dependencies. Decides nothing.
 * @throws pulumi.RunError for a rehearsal's environment outside of a rehearsal.
 */
export function deploy(plan: Plan, secretOf: SecretSource, edges?: Edges): Outputs {
  const { environment, gateway } = plan;
  if (plan.cluster.kind === "rehearsal" && !edges) {
    throw new pulumi.RunError(
      `The cluster of environment "${environment}" exists only inside a rehearsal. Run: npm run rehearse -- ${environment}, or set polymath:cluster to { kind: existing }.`,
    );
  }
  const { kind: _kind, ...reach } = plan.cluster;
  const cluster = new ModelCluster("cluster", {
    identity: environment,
    ...(edges ? { kubeconfig: edges.kubeconfig } : reach),
  });
  const onCluster = { providers: { kubernetes: cluster.provider } };
  const provider = edges ? simulatedNodes(edges.zones) : existingNodes;

  for (const { name, instanceType, nodes, gpusPerNode } of plan.pools) {
    // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
    new GpuNodePool(`pool-${name}`, { pool: name, environment, instanceType, nodes, gpusPerNode, provider }, onCluster);
  }
  // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
  new DevicePlugin("device-plugin", { namespace: devicePluginNamespace(environment), environment }, onCluster);

  const namespaces = new Map(
    plan.namespaces.map(({ name, domain, governance }) => {
      const needed = neededCredentials(plan, domain);
      const values = Object.fromEntries(needed.map((id) => [id, secretOf(id)]));
      return [
        domain,
        new DomainNamespace(
          `domain-${domain}`,
          { namespace: name, environment, domain, governance, credentials: values },
          onCluster,
        ),
      ];
    }),
  );
  const namespaceOf = (domain: string) => {
    const found = namespaces.get(domain);
    if (!found) throw new Error(`The plan has a specialist in the domain ${domain} but no namespace for it`);
    return found.namespace;
  };

  for (const one of plan.specialists) {
    const namespace = namespaceOf(one.domain);
    const store = new WeightStore(
      `weights-${one.objectName}`,
      {
        namespace,
        claim: one.store.name,
        sizeGiB: one.store.sizeGiB,
        accessMode: one.store.accessMode,
        ...(one.store.className !== undefined && { className: one.store.className }),
      },
      onCluster,
    );
    const { objectName, serving, pool, replicas, gpusPerReplica, cpuMilli, memoryMiB, egress, domain } = one;
    // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
    new Specialist(
      `specialist-${objectName}`,
      {
        namespace,
        environment,
        domain,
        objectName,
        serving,
        pool,
        replicas,
        gpusPerReplica,
        cpuMilli,
        memoryMiB,
        claim: store.claim,
        egress,
      },
      onCluster,
    );
  }
  // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
  new RoutingIngress(
    "ingress",
    {
      environment,
      gateway,
      apiKeys: Object.fromEntries(gateway.clients.map((client) => [client, secretOf(`client-${client}`)])),
      externalTokens: Object.fromEntries(gateway.external.map(({ credential }) => [credential, secretOf(credential)])),
      domains: plan.namespaces.map(({ name, domain }) => ({ name, namespace: namespaceOf(domain) })),
      ...(edges && { envoyProxy: edges.envoyProxy }),
    },
    onCluster,
  );
  return {
    host: gateway.host,
    specialists: plan.specialists.map(({ name, namespace, pool }) => ({ name, namespace, pool })),
    usdPerHour: plan.cost.usdPerHour,
  };
}

/** Credentials that specialists of a domain read or pull with. */
function neededCredentials(plan: Plan, domain: string): readonly CredentialId[] {
  const used = new Set(
    plan.specialists
      .filter((one) => one.domain === domain)
      .flatMap(({ serving }) => [
        ...Object.values(serving.secretEnv),
        ...(serving.imagePullCredential === null ? [] : [serving.imagePullCredential]),
      ]),
  );
  return credentialIds.filter((id) => used.has(id));
}
