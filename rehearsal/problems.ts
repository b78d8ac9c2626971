import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import { containersOf } from "./pods.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";

/** Something that is not as it has to be before traffic can flow. */
export interface Problem {
  readonly what: string;
  readonly why: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const conditionsOf = (holder: unknown): readonly Condition[] => (holder as { conditions?: Condition[] } | undefined)?.conditions ?? [];
const nameOf = ({ metadata }: KubeObject) => (metadata.namespace === undefined ? `${metadata.name}` : `${metadata.namespace}/${metadata.name}`);

/** Why a pod is not ready: not scheduled, or running without answering. */
export function podProblem(pod: KubeObject): Problem | undefined {
  const conditions = conditionsOf(pod.status);
  const condition = (type: string) => conditions.find((one) => one.type === type);
  if (condition("Ready")?.status === "True") return undefined;
  const scheduled = condition("PodScheduled");
  const why =
    scheduled?.status === "True" ? (condition("Ready")?.message ?? "its containers have not started") : `not scheduled: ${scheduled?.message ?? "the scheduler has not looked at it yet"}`;
  return { what: `pod ${nameOf(pod)}`, why };
}

/** A device plugin that runs on fewer nodes than there are GPU nodes. */
export function devicePluginProblem(daemonSet: KubeObject, gpuNodes: readonly KubeObject[]): Problem | undefined {
  const isPlugin = containersOf({ ...daemonSet, spec: (daemonSet.spec as { template: { spec: Record<string, unknown> } }).template.spec }).some(({ image }) =>
    image.startsWith(`${devicePlugin.image.repository}:`),
  );
  const ready = Number(daemonSet.status?.["numberReady"] ?? 0);
  if (!isPlugin || ready >= gpuNodes.length) return undefined;
  const desired = Number(daemonSet.status?.["desiredNumberScheduled"] ?? 0);
  const why =
    desired < gpuNodes.length
      ? `it lands on ${desired} of ${gpuNodes.length} GPU nodes; its node selector is ${JSON.stringify((daemonSet.spec as { template: { spec: { nodeSelector?: unknown } } }).template.spec.nodeSelector ?? {})}`
      : `it is ready on ${ready} of ${gpuNodes.length} GPU nodes`;
  return { what: `device plugin ${nameOf(daemonSet)}`, why };
}

/** Conditions of a gateway object that are not met, over every parent, ancestor or listener that its controller reports on. */
export function conditionProblem(object: KubeObject, required: readonly string[]): Problem | undefined {
  const what = `${object.kind} ${nameOf(object)}`;
  const status = object.status as { parents?: unknown[]; ancestors?: unknown[]; listeners?: unknown[]; conditions?: unknown } | undefined;
  const reports = status?.parents ?? status?.ancestors ?? status?.listeners ?? (status?.conditions === undefined ? [] : [status]);
  if (reports.length === 0) return { what, why: "the gateway controller has not reported on it" };
  for (const report of reports) {
    for (const type of required) {
      const condition = conditionsOf(report).find((one) => one.type === type);
      if (condition?.status !== "True") return { what, why: condition ? `${type} is ${condition.status}: ${condition.reason ?? ""}: ${condition.message ?? ""}` : `no condition ${type} yet` };
    }
  }
  return undefined;
}

/** Kinds of the gateway, with the conditions that each must show. */
const gatewayKinds: readonly { readonly path: string; readonly conditions: readonly string[] }[] = [
  { path: "/apis/gateway.networking.k8s.io/v1/gatewayclasses", conditions: ["Accepted"] },
  // Those of its listeners. The Gateway's own Programmed tells of a load balancer, which no rehearsal has.
  { path: "/apis/gateway.networking.k8s.io/v1/gateways", conditions: ["Accepted", "Programmed", "ResolvedRefs"] },
  { path: "/apis/gateway.networking.k8s.io/v1/httproutes", conditions: ["Accepted", "ResolvedRefs"] },
  { path: "/apis/gateway.envoyproxy.io/v1alpha1/clienttrafficpolicies", conditions: ["Accepted"] },
  { path: "/apis/gateway.envoyproxy.io/v1alpha1/securitypolicies", conditions: ["Accepted"] },
  { path: "/apis/gateway.envoyproxy.io/v1alpha1/envoyextensionpolicies", conditions: ["Accepted"] },
  { path: "/apis/gateway.envoyproxy.io/v1alpha1/backends", conditions: ["Accepted"] },
];

/** Everything that is not yet as it has to be, read from the API server. */
export async function problemsIn(client: KubeClient): Promise<readonly Problem[]> {
  const [pods, daemonSets, nodes] = await Promise.all(["/api/v1/pods", "/apis/apps/v1/daemonsets", "/api/v1/nodes"].map(async (path) => (await client.list(path)).items));
  const gpuNodes = (nodes ?? []).filter(({ metadata }) => metadata.labels?.["polymath.dev/pool"] !== undefined);
  const found: (Problem | undefined)[] = [
    ...(daemonSets ?? []).map((daemonSet) => devicePluginProblem(daemonSet, gpuNodes)),
    ...(pods ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(podProblem),
  ];
  for (const { path, conditions } of gatewayKinds) {
    const { items } = await client.list(path);
    const kind = items.length > 0 ? await kindOf(client, path) : "";
    // Items of a list carry no kind of their own.
    found.push(...items.map((object) => conditionProblem({ ...object, kind: object.kind ?? kind }, conditions)));
  }
  return found.filter((problem): problem is Problem => problem !== undefined);
}

const kindOf = async (client: KubeClient, path: string): Promise<string> => (await client.request("GET", path)).kind.replace(/List$/, "");
