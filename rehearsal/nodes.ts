import type { Catalogue } from "../catalogue/types/index.ts";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import { zoneLabel } from "../plan/names.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { conditionsOf, textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";
import { timestamp } from "./kube/timestamp.ts";
import { containersOf } from "./kube/views.ts";
import { lostNode, nodeReport, systemType, timed, type Machine, type NodeReport } from "./node-report.ts";
import type { Power } from "./power.ts";
import { realMs, type TimeScale } from "./time-scale.ts";
import type { Zone } from "./zones.ts";

const instanceTypeLabel = "node.kubernetes.io/instance-type";

/** Nodes without GPUs, one in each zone, as every cluster has some: gateway and router run there. They belong to no stack. */
export const systemNodes = (zones: readonly Zone[]): readonly KubeObject[] =>
  zones.map(({ zone, region }, index) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: `system-${index}`,
      labels: {
        [instanceTypeLabel]: systemType.name,
        "topology.kubernetes.io/region": region,
        [zoneLabel]: zone,
      },
    },
  }));

const retryMs = 500;

const isReady = (object: KubeObject) =>
  conditionsOf(object).some(({ type, status }) => type === "Ready" && status === "True");

/** Node names on which a device plugin's pod runs and is ready. Pure, so that a test can break it on purpose. */
export const nodesWithPlugin = (pods: Iterable<KubeObject>): ReadonlySet<string> =>
  new Set(
    [...pods].flatMap((pod) => {
      const node = textField(pod, "spec", "nodeName");
      const isPlugin = containersOf(pod).some(({ image }) => image.startsWith(`${devicePlugin.image.repository}:`));
      const runs =
        pod.metadata.deletionTimestamp === undefined && textField(pod, "status", "phase") === "Running" && isReady(pod);
      return isPlugin && runs && node !== undefined ? [node] : [];
    }),
  );

/** How long a kubelet may be silent before the cluster takes its node for lost: the default of Kubernetes 1.32 and later. */
const graceSeconds = 50;

export interface NodesOptions {
  readonly catalogue: Pick<Catalogue, "instances">;
  readonly power: Power;
  readonly timeScale: TimeScale;
}

/**
 * Plays what kubelets say about their nodes: labels, readiness, the resources of the instance type, and GPUs only while the device
 * plugin's pod is ready there. A node that is switched off says nothing more; when its grace is over it is taken for lost, in the way of
 * the node lifecycle controller, which then taints it and evicts its pods. Follows the API server until the signal aborts.
 */
export async function playNodes(
  client: KubeClient,
  { catalogue, power, timeScale }: NodesOptions,
  signal: AbortSignal,
): Promise<void> {
  const nodes = new Map<string, KubeObject>();
  const pods = new Map<string, KubeObject>();
  const given = new Map<string, string>();
  const lost = new Set<string>();
  const types = new Map<string, Machine>([systemType, ...catalogue.instances].map((type) => [type.name, type]));

  const patch = async (path: string, contentType: string, body: unknown): Promise<boolean> =>
    client.request("PATCH", path, { contentType, body }).then(
      () => true,
      () => false,
    );
  const merge = "application/merge-patch+json";

  /** Tells the API server about a node, unless it knows. False: it did not take it. */
  const tell = async (name: string, node: KubeObject, report: NodeReport): Promise<boolean> => {
    const key = `${node.metadata.uid} ${JSON.stringify(report)}`;
    if (given.get(name) === key) return true;
    const path = `/api/v1/nodes/${name}`;
    const { labels, ...status } = report;
    const isNamed = Object.entries(labels).every(([label, value]) => node.metadata.labels?.[label] === value);
    const taken =
      (isNamed || (await patch(path, merge, { metadata: { labels } }))) &&
      (await patch(`${path}/status`, merge, { status: timed(status, node) }));
    if (taken) given.set(name, key);
    return taken;
  };

  /** What the node lifecycle controller does with the pods of a node that it takes for lost. */
  const markUnready = async (pod: KubeObject): Promise<boolean> =>
    patch(
      `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`,
      "application/strategic-merge-patch+json",
      { status: { conditions: [{ type: "Ready", status: "False", lastTransitionTime: timestamp() }] } },
    );

  let retry: NodeJS.Timeout | undefined;
  let isQueued = false;
  const settle = async () => {
    isQueued = false;
    const withPlugin = nodesWithPlugin(pods.values());
    const taken: boolean[] = [];
    for (const [name, node] of nodes) {
      if (lost.has(name)) taken.push(await tell(name, node, lostNode));
      else if (!power.isOff(name)) {
        const type = types.get(node.metadata.labels?.[instanceTypeLabel] ?? "");
        taken.push(await tell(name, node, nodeReport(node, type, withPlugin.has(name))));
      }
    }
    for (const pod of pods.values())
      if (lost.has(textField(pod, "spec", "nodeName") ?? "") && isReady(pod)) taken.push(await markUnready(pod));
    // Said again with the next change, or a moment later where none comes.
    clearTimeout(retry);
    if (taken.includes(false)) retry = setTimeout(changed, retryMs).unref();
  };
  let queue = Promise.resolve();
  const changed = () => {
    if (signal.aborted || isQueued) return;
    isQueued = true;
    queue = queue.then(settle);
  };
  const graces = new Map<string, NodeJS.Timeout>();
  const forget = power.onChange((name) => {
    // The silence of an earlier time says nothing about this one.
    clearTimeout(graces.get(name));
    lost.delete(name);
    given.delete(name);
    changed();
    if (!power.isOff(name)) return;
    const silent = () => {
      lost.add(name);
      changed();
    };
    graces.set(name, setTimeout(silent, realMs(graceSeconds, timeScale, power.leastGraceMs(name))).unref());
  });
  const keep = (map: Map<string, KubeObject>, key: (object: KubeObject) => string) => ({
    onChange: (object: KubeObject) => {
      map.set(key(object), object);
      changed();
    },
    onGone: (object: KubeObject) => {
      map.delete(key(object));
      changed();
    },
  });
  await Promise.all([
    follow(
      client,
      "/api/v1/nodes",
      keep(nodes, ({ metadata }) => metadata.name ?? ""),
      signal,
    ),
    follow(
      client,
      "/api/v1/pods",
      keep(pods, ({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      signal,
    ),
  ]);
  forget();
}
