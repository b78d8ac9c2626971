import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane } from "../../rehearsal/control-plane/start.ts";
import type { KubeClient } from "../../rehearsal/kube/client.ts";
import type { RunningProcess } from "../../rehearsal/processes.ts";
import { freePort } from "./free-port.ts";
import { toolPath } from "./tools.ts";

export interface ClusterOptions {
  /** Allocatable resources of fake nodes, by node name. */
  readonly nodes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Cluster {
  /** The kubeconfig's content. */
  readonly kubeconfig: string;
  readonly client: KubeClient;
  /** The API server's process, for tests that freeze or kill it. */
  readonly apiServer: RunningProcess;
  /** Ends every process and removes every file. */
  readonly stop: () => Promise<void>;
}

/**
 * The rehearsal's control plane on free loopback ports, without namespaces: for tests of what speaks to the API server. Pods run as soon
 * as they are scheduled, unless their label `test/state` says otherwise (kwok-stages.yaml). Its files lie in a temporary folder.
 */
export async function startCluster({ nodes = {} }: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-cluster-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const ports = async () => ({
    etcd: await freePort(),
    etcdPeer: await freePort(),
    api: await freePort(),
    controllers: await freePort(),
    scheduler: await freePort(),
  });
  try {
    const [etcd, apiServerTool, controllers, scheduler, kwok] = await Promise.all([
      toolPath("etcd"),
      toolPath("kube-apiserver"),
      toolPath("kube-controller-manager"),
      toolPath("kube-scheduler"),
      toolPath("kwok"),
    ]);
    const { kubeconfig, client, processes, stop } = await startControlPlane({
      folder: join(folder, "control-plane"),
      logs: folder,
      tools: {
        etcd,
        "kube-apiserver": apiServerTool,
        "kube-controller-manager": controllers,
        "kube-scheduler": scheduler,
      },
      // Nothing routes to the API server from inside, and a loopback address would be refused in its own endpoints.
      network: { advertise: "192.0.2.1", ports: await ports(), serviceRange: "10.0.0.0/24", podRange: "10.244.0.0/16" },
      kwok: { tool: kwok, port: await freePort(), stages: join(import.meta.dirname, "kwok-stages.yaml") },
    });
    const apiServer = processes.find(({ name }) => name === "kube-apiserver");
    if (apiServer === undefined) throw new Error("a control plane without an API server");
    for (const [name, resources] of Object.entries(nodes)) {
      const allocatable = { pods: "50", ...resources };
      await client.request("POST", "/api/v1/nodes", {
        body: {
          apiVersion: "v1",
          kind: "Node",
          metadata: { name, annotations: { "kwok.x-k8s.io/node": "fake" }, labels: { "kubernetes.io/hostname": name } },
          status: { allocatable, capacity: allocatable },
        },
      });
    }
    return {
      kubeconfig,
      client,
      apiServer,
      stop: async () => {
        await stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
