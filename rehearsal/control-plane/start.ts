import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { RehearsalError } from "../error.ts";
import { KubeClient } from "../kube/client.ts";
import { startProcess, type RunningProcess } from "../processes.ts";

export type ControlPlaneTool = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

/** Where the control plane listens and which addresses it hands out. */
export interface ControlPlaneNetwork {
  /** Address that the API server tells others. */
  readonly advertise: string;
  readonly ports: {
    readonly etcd: number;
    readonly etcdPeer: number;
    readonly api: number;
    readonly controllers: number;
    readonly scheduler: number;
    readonly kwok: number;
  };
  readonly serviceRange: string;
  /** Pods' addresses; each node gets a /24 of it. */
  readonly podRange: string;
}

export interface ControlPlaneOptions {
  /** Empty folder for data and keys. */
  readonly folder: string;
  /** Folder for logs; it is there. */
  readonly logs: string;
  /** Path of each tool. */
  readonly tools: Readonly<Record<ControlPlaneTool, string>>;
  readonly network: ControlPlaneNetwork;
  /** What kwok plays. Default: nodes that become ready and pods that start but are not ready. */
  readonly stages?: string;
}

export interface ControlPlane {
  readonly folder: string;
  /** A kubeconfig for the bearer of another token. */
  readonly kubeconfigFor: (token: string) => string;
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  readonly client: KubeClient;
  readonly processes: readonly RunningProcess[];
  readonly stop: () => Promise<void>;
}

/** How long the API server may take until it answers; two busy cores need about 10 s. */
const readyMs = 120_000;

/** kwok's part in a rehearsal. */
export const rehearsalStages = fileURLToPath(new URL("./stages.yaml", import.meta.url));

const kubeconfigOf = (server: string, token: string) =>
  `${JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "rehearsal", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "admin" } }],
    "current-context": "rehearsal",
  })}\n`;

/** Waits until the API server has an object. @throws Error with the end of the logs when a process ended or time ran out. */
async function untilFound(client: KubeClient, path: string, processes: readonly RunningProcess[]): Promise<void> {
  const end = Date.now() + readyMs;
  for (;;) {
    if ((await client.find(path).catch(() => undefined)) !== undefined) return;
    const ended = processes.filter((one) => !one.isRunning());
    if (ended.length > 0 || Date.now() > end) {
      const tails = (ended.length > 0 ? ended : processes).map(
        (one) => `--- end of the log of ${one.name}\n${one.tail()}`,
      );
      const reason =
        ended.length > 0 ? `${ended.map(({ name }) => name).join(", ")} ended` : `no answer within ${readyMs / 1000} s`;
      throw new RehearsalError(`The embedded control plane did not start: ${reason}.\n${tails.join("\n")}`);
    }
    await sleep(100);
  }
}

/**
 * A Kubernetes control plane of plain processes: etcd, API server, controller manager, scheduler, and kwok in the place of kubelets.
 * @throws Error with the end of the logs when it does not come up.
 */
export async function startControlPlane({
  folder,
  logs,
  tools,
  network,
  stages = rehearsalStages,
}: ControlPlaneOptions): Promise<ControlPlane> {
  mkdirSync(folder, { recursive: true });
  const { ports } = network;
  const processes: RunningProcess[] = [];
  const run = (name: ControlPlaneTool, args: readonly string[]) =>
    processes.push(startProcess(name, tools[name], args, join(logs, `${name}.log`)));
  const stop = async () => {
    // Clients first, so that nobody retries against a server that is gone.
    for (const one of processes.toReversed()) await one.stop();
  };
  try {
    const etcd = `http://127.0.0.1:${ports.etcd}`;
    const peer = `http://127.0.0.1:${ports.etcdPeer}`;
    run("etcd", [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--unsafe-no-fsync",
    ]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const keyFile = join(folder, "service-account.key");
    writeFileSync(keyFile, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
    const token = randomBytes(16).toString("hex");
    const tokenFile = join(folder, "tokens.csv");
    writeFileSync(tokenFile, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    run("kube-apiserver", [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.api}`,
      `--cert-dir=${join(folder, "api-server-certs")}`,
      `--token-auth-file=${tokenFile}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${keyFile}`,
      `--service-account-signing-key-file=${keyFile}`,
      `--service-cluster-ip-range=${network.serviceRange}`,
      `--advertise-address=${network.advertise}`,
      "--endpoint-reconciler-type=none",
    ]);
    const kubeconfigFor = (bearer: string) => kubeconfigOf(`https://127.0.0.1:${ports.api}`, bearer);
    const kubeconfig = kubeconfigFor(token);
    const kubeconfigFile = join(folder, "kubeconfig");
    writeFileSync(kubeconfigFile, kubeconfig, { mode: 0o600 });
    const client = new KubeClient(kubeconfig);
    await untilFound(client, "/api/v1/namespaces/default", processes);
    const common = ["--bind-address=127.0.0.1", "--leader-elect=false", `--kubeconfig=${kubeconfigFile}`];
    run("kube-controller-manager", [
      ...common,
      `--secure-port=${ports.controllers}`,
      `--cert-dir=${join(folder, "controller-manager-certs")}`,
      `--service-account-private-key-file=${keyFile}`,
      `--cluster-cidr=${network.podRange}`,
      "--allocate-node-cidrs=true",
      `--service-cluster-ip-range=${network.serviceRange}`,
      // kwok sends no heartbeats here.
      "--node-monitor-grace-period=24h",
    ]);
    run("kube-scheduler", [
      ...common,
      `--secure-port=${ports.scheduler}`,
      `--cert-dir=${join(folder, "scheduler-certs")}`,
    ]);
    run("kwok", [
      `--kubeconfig=${kubeconfigFile}`,
      `--config=${stages}`,
      "--manage-all-nodes=true",
      `--server-address=127.0.0.1:${ports.kwok}`,
    ]);
    await untilFound(client, "/api/v1/namespaces/default/serviceaccounts/default", processes);
    return { folder, kubeconfig, kubeconfigFor, kubeconfigFile, client, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
