import type { Catalogue, InstanceType } from "../catalogue/types.ts";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";
import { containersOf } from "./kube/views.ts";

const gpuResource = "nvidia.com/gpu";

/** A node without GPUs, as every cluster has some: gateway and router run there. It belongs to no stack. */
export const systemNode: KubeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: "system-0",
    labels: { "kubernetes.io/hostname": "system-0", "node.kubernetes.io/instance-type": "system" },
    annotations: { "kwok.x-k8s.io/node": "fake" },
  },
};

const retryMs = 500;

const systemResources = { cpu: "8000m", memory: "32768Mi", pods: "110" };

const resourcesOf = ({ allocatable, maxPods }: InstanceType): Record<string, string> => ({
  cpu: `${allocatable.cpuMilli}m`,
  memory: `${allocatable.memoryMiB}Mi`,
  pods: String(maxPods),
  "ephemeral-storage": "100Gi",
});

/** Node names on which a device plugin's pod runs. Pure, so that a test can break it on purpose. */
export const nodesWithPlugin = (pods: Iterable<KubeObject>): ReadonlySet<string> =>
  new Set(
    [...pods].flatMap((pod) => {
      const node = textField(pod, "spec", "nodeName");
      const isPlugin = containersOf(pod).some(({ image }) => image.startsWith(`${devicePlugin.image.repository}:`));
      const runs = pod.metadata.deletionTimestamp === undefined && textField(pod, "status", "phase") === "Running";
      return isPlugin && runs && node !== undefined ? [node] : [];
    }),
  );

/**
 * Gives simulated nodes the resources of their instance type, and their GPUs only while the device plugin's pod runs on them.
 * Follows the API server until the signal aborts.
 */
export async function playNodes(client: KubeClient, catalogue: Catalogue, signal: AbortSignal): Promise<void> {
  const nodes = new Map<string, KubeObject>();
  const pods = new Map<string, KubeObject>();
  const given = new Map<string, string>();
  const types = new Map(catalogue.instances.map((type) => [type.name, type]));

  const settle = async () => {
    let again = false;
    const withPlugin = nodesWithPlugin(pods.values());
    for (const [name, node] of nodes) {
      const typeName = node.metadata.labels?.["node.kubernetes.io/instance-type"] ?? "";
      const type = types.get(typeName);
      const base = type ? resourcesOf(type) : typeName === "system" ? systemResources : undefined;
      if (!base) continue;
      const resources = type ? { ...base, [gpuResource]: withPlugin.has(name) ? String(type.gpuCount) : "0" } : base;
      const key = `${node.metadata.uid} ${JSON.stringify(resources)}`;
      if (given.get(name) === key) continue;
      given.set(name, key);
      await client
        .request("PATCH", `/api/v1/nodes/${name}/status`, {
          contentType: "application/merge-patch+json",
          body: { status: { capacity: resources, allocatable: resources } },
        })
        .catch(() => {
          // Said again with the next change, or a moment later where none comes.
          given.delete(name);
          again = true;
        });
    }
    if (again) setTimeout(changed, retryMs).unref();
  };
  let queue = Promise.resolve();
  const changed = () => {
    if (!signal.aborted) queue = queue.then(settle);
  };
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
}
