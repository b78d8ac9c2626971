import { z } from "zod";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import { labels } from "../plan/names.ts";
import type { Share } from "./events.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { conditionsOf, field, numberField, textField, type Condition } from "./kube/fields.ts";
import { nameOf, templateContainersOf } from "./kube/views.ts";

/** Something that is not as it has to be before traffic can flow. */
export interface Problem {
  readonly what: string;
  readonly why: string;
}

/** Why a pod is not ready: not scheduled, or running without answering. */
export function podProblem(pod: KubeObject): Problem | undefined {
  const conditions = conditionsOf(pod);
  const condition = (type: string) => conditions.find((one) => one.type === type);
  if (condition("Ready")?.status === "True") return undefined;
  const scheduled = condition("PodScheduled");
  const why =
    scheduled?.status === "True"
      ? (condition("Ready")?.message ?? "its containers have not started")
      : `not scheduled: ${scheduled?.message ?? "the scheduler has not looked at it yet"}`;
  return { what: `pod ${nameOf(pod)}`, why };
}

/** A node that takes no pods because its kubelet is silent, or because a rehearsal does not know its machine. */
export function nodeProblem(node: KubeObject): Problem | undefined {
  const ready = conditionsOf(node).find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  return { what: `node ${nameOf(node)}`, why: ready?.message ?? "its kubelet has not reported yet" };
}

/** A claim that its StorageClass cannot fulfil, in the words of the provisioner's event. */
export function claimProblem(claim: KubeObject, events: readonly KubeObject[]): Problem | undefined {
  if (textField(claim, "status", "phase") === "Bound") return undefined;
  const failure = events.findLast((event) => textField(event, "involvedObject", "uid") === claim.metadata.uid);
  const why = textField(failure, "message");
  return why === undefined ? undefined : { what: `PersistentVolumeClaim ${nameOf(claim)}`, why };
}

/** A device plugin that runs on fewer nodes than there are GPU nodes. */
export function devicePluginProblem(daemonSet: KubeObject, gpuNodes: readonly KubeObject[]): Problem | undefined {
  const isPlugin = templateContainersOf(daemonSet).some(({ image }) =>
    image.startsWith(`${devicePlugin.image.repository}:`),
  );
  const ready = numberField(daemonSet, "status", "numberReady") ?? 0;
  if (!isPlugin || ready >= gpuNodes.length) return undefined;
  const desired = numberField(daemonSet, "status", "desiredNumberScheduled") ?? 0;
  const selector = field(z.record(z.string(), z.string()), daemonSet, "spec", "template", "spec", "nodeSelector") ?? {};
  const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const why =
    desired < gpuNodes.length
      ? `it lands on ${desired} of ${gpuNodes.length} GPU nodes; it selects nodes with ${wanted.join(", ") || "any label"}`
      : `it is ready on ${ready} of ${gpuNodes.length} GPU nodes`;
  return { what: `device plugin ${nameOf(daemonSet)}`, why };
}

/** A workload whose pods the API server refuses: by Pod Security, a quota or an admission webhook. It has no pod to look at. */
export function refusedProblem(workload: KubeObject): Problem | undefined {
  const failure = conditionsOf(workload).find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  return (
    failure && {
      what: `Deployment ${nameOf(workload)}`,
      why: failure.message ?? failure.reason ?? "its pods are refused",
    }
  );
}

const holders = z.array(z.record(z.string(), z.unknown()));

/** Each report on an object: by its parents, ancestors or listeners where it has them, else its own conditions. */
function reportsOn(object: KubeObject): readonly (readonly Condition[])[] {
  for (const part of ["parents", "ancestors", "listeners"]) {
    const found = field(holders, object, "status", part);
    if (found) return found.map((holder) => conditionsOf({ status: holder }));
  }
  const own = conditionsOf(object);
  return own.length > 0 ? [own] : [];
}

/** Conditions of a gateway object that are not met, over every parent, ancestor or listener that its controller reports on. */
export function conditionProblem(object: KubeObject, required: readonly string[]): Problem | undefined {
  const what = `${object.kind} ${nameOf(object)}`;
  const reports = reportsOn(object);
  if (reports.length === 0) return { what, why: "the gateway controller has not reported on it" };
  for (const conditions of reports) {
    for (const type of required) {
      const condition = conditions.find((one) => one.type === type);
      if (condition?.status === "True") continue;
      return {
        what,
        why: condition
          ? `${type} is ${condition.status}: ${condition.reason ?? "no reason"}: ${condition.message ?? ""}`
          : `no condition ${type} yet`,
      };
    }
  }
  return undefined;
}

/** Kinds of the gateway, with the conditions that each must show. */
const gatewayKinds: readonly {
  readonly kind: string;
  readonly path: string;
  readonly conditions: readonly string[];
}[] = [
  { kind: "GatewayClass", path: "/apis/gateway.networking.k8s.io/v1/gatewayclasses", conditions: ["Accepted"] },
  // Those of its listeners. The Gateway's own Programmed tells of a load balancer, which no rehearsal has.
  {
    kind: "Gateway",
    path: "/apis/gateway.networking.k8s.io/v1/gateways",
    conditions: ["Accepted", "Programmed", "ResolvedRefs"],
  },
  {
    kind: "HTTPRoute",
    path: "/apis/gateway.networking.k8s.io/v1/httproutes",
    conditions: ["Accepted", "ResolvedRefs"],
  },
  {
    kind: "ClientTrafficPolicy",
    path: "/apis/gateway.envoyproxy.io/v1alpha1/clienttrafficpolicies",
    conditions: ["Accepted"],
  },
  {
    kind: "BackendTrafficPolicy",
    path: "/apis/gateway.envoyproxy.io/v1alpha1/backendtrafficpolicies",
    conditions: ["Accepted"],
  },
  { kind: "SecurityPolicy", path: "/apis/gateway.envoyproxy.io/v1alpha1/securitypolicies", conditions: ["Accepted"] },
  {
    kind: "EnvoyExtensionPolicy",
    path: "/apis/gateway.envoyproxy.io/v1alpha1/envoyextensionpolicies",
    conditions: ["Accepted"],
  },
  { kind: "Backend", path: "/apis/gateway.envoyproxy.io/v1alpha1/backends", conditions: ["Accepted"] },
];

/** What is not yet as it has to be, and how much is. */
export interface Survey {
  readonly problems: readonly Problem[];
  readonly pods: Share;
  readonly routes: Share;
}

/** Looks at everything that has to be ready, as the API server has it. */
export async function survey(client: KubeClient): Promise<Survey> {
  const items = async (path: string) => (await client.list(path)).items;
  const [deployments, pods, daemonSets, nodes, claims] = await Promise.all([
    items("/apis/apps/v1/deployments"),
    items("/api/v1/pods"),
    items("/apis/apps/v1/daemonsets"),
    items("/api/v1/nodes"),
    items("/api/v1/persistentvolumeclaims"),
  ]);
  const isBound = (claim: KubeObject) => textField(claim, "status", "phase") === "Bound";
  const refusals = claims.every(isBound)
    ? []
    : (await client.list("/api/v1/events", { fieldSelector: "reason=ProvisioningFailed" })).items;
  const gpuNodes = nodes.filter(({ metadata }) => metadata.labels?.[labels.pool] !== undefined);
  const podProblems = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(podProblem);
  let routes: Share = { ready: 0, total: 0 };
  const found: (Problem | undefined)[] = [
    ...deployments.map(refusedProblem),
    ...daemonSets.map((daemonSet) => devicePluginProblem(daemonSet, gpuNodes)),
    ...nodes.map(nodeProblem),
    ...claims.map((claim) => claimProblem(claim, refusals)),
    ...podProblems,
  ];
  for (const { kind, path, conditions } of gatewayKinds) {
    // Items of a list carry no kind of their own.
    const reports = (await items(path)).map((object) => conditionProblem({ ...object, kind }, conditions));
    if (kind === "HTTPRoute") routes = shareOf(reports);
    found.push(...reports);
  }
  return {
    problems: found.filter((problem): problem is Problem => problem !== undefined),
    pods: shareOf(podProblems),
    routes,
  };
}

const shareOf = (reports: readonly (Problem | undefined)[]): Share => ({
  ready: reports.filter((problem) => problem === undefined).length,
  total: reports.length,
});
