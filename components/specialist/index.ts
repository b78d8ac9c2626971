import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { envoyGateway } from "../../catalogue/controllers/envoy-gateway.ts";
import { annotations, labels } from "../../plan/names.ts";
import type { Serving } from "../../plan/serving.ts";
import type { EgressPlan } from "../../plan/types.ts";
import { childOf, onceThere } from "../options.ts";
import { networkPolicySpec } from "./network-policy.ts";
import { podTemplate } from "./pod-template.ts";

export interface SpecialistArgs {
  /** Namespace, made before. */
  readonly namespace: pulumi.Input<string>;
  readonly environment: string;
  readonly domain: string;
  /** Name of its Deployment, Service and the rest: a DNS label. */
  readonly objectName: string;
  /**
   * How the container serves; `servingOf` makes it from a runtime and a model. Credentials that it names are Secrets of the namespace:
   * `credential-<id>` with the key `value`, and `pull-<id>` for image pulls. `DomainNamespace` makes both.
   */
  readonly serving: Serving;
  /** Pool that its pods select. */
  readonly pool: string;
  /** Pods that always run; more than one brings a disruption budget and a spread over zones and nodes. */
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** Claim that holds its weights. */
  readonly claim: pulumi.Input<string>;
  /** What its pods may reach besides DNS. */
  readonly egress: readonly EgressPlan[];
  /** Namespace that requests come from. Default: Envoy Gateway's. */
  readonly ingressNamespace?: string;
}

/** What the plan expects of a start, for operators; a rehearsal takes that long, in its own time. Not on the pods: a change would restart them. */
const startAnnotations = ({ estimate }: Serving) => ({
  [annotations.startupSeconds]: String(estimate.container),
  [annotations.imagePullSeconds]: String(estimate.imagePull),
});

/** One specialist: a Deployment on GPU nodes, its Service, its own account and network policy. */
export class Specialist extends pulumi.ComponentResource {
  /** Name of the Service that routes point to. */
  readonly service: pulumi.Output<string>;

  constructor(name: string, args: SpecialistArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:Specialist", name, {}, opts);
    const { namespace, objectName, serving, replicas } = args;
    const selector = { [labels.specialist]: objectName };
    const podLabels = {
      ...selector,
      [labels.environment]: args.environment,
      [labels.domain]: args.domain,
      "app.kubernetes.io/name": objectName,
      "app.kubernetes.io/managed-by": "polymath",
    };
    const metadata = { name: objectName, namespace, labels: podLabels };
    const child = childOf(this);

    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      child,
    );
    const policy = new kubernetes.networking.v1.NetworkPolicy(
      `${name}-network-policy`,
      {
        metadata,
        spec: networkPolicySpec(selector, args.ingressNamespace ?? envoyGateway.namespace, serving.port, args.egress),
      },
      child,
    );
    const wait = `${serving.deadlines.wait}s`;
    // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
    new kubernetes.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { ...metadata, annotations: startAnnotations(serving) },
        spec: {
          replicas,
          progressDeadlineSeconds: serving.deadlines.progress,
          // No spare GPU is planned, so the old pod goes before the new one comes.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
          selector: { matchLabels: selector },
          template: podTemplate({
            serving,
            labels: podLabels,
            pool: args.pool,
            gpus: args.gpusPerReplica,
            cpuMilli: args.cpuMilli,
            memoryMiB: args.memoryMiB,
            replicas,
            claim: args.claim,
            account: objectName,
          }),
        },
      },
      childOf(this, { customTimeouts: { create: wait, update: wait }, dependsOn: [account, policy] }),
    );
    // The Service does not wait for endpoints: the Deployment already waits for pods that are ready, with a reason when none is.
    const service = new kubernetes.core.v1.Service(
      `${name}-service`,
      {
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { selector, ports: [{ name: "http", port: serving.port, targetPort: "http" }] },
      },
      child,
    );
    if (replicas > 1) {
      // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
      new kubernetes.policy.v1.PodDisruptionBudget(
        `${name}-disruption-budget`,
        { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
        child,
      );
    }
    this.service = onceThere([service], objectName);
    this.registerOutputs({ service: this.service });
  }
}
