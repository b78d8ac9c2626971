import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RehearsalError } from "../error.ts";
import { KubeClient } from "../kube/client.ts";
import { frugal, startProcess, type RunningProcess } from "../processes.ts";
import type { TimeScale } from "../time-scale.ts";

export type ControlPlaneTool = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler";

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
  /** Plays nodes and pods: its executable, its port, and the file of what it plays. Default: who starts the control plane plays them. */
  readonly kwok?: { readonly tool: string; readonly port: number; readonly stages: string };
  /** Real seconds for each second of Kubernetes' own waiting. Default: 1. */
  readonly timeScale?: TimeScale;
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

/** Kubernetes' default for the time that pods stay on a node that is not ready or cannot be reached. */
const tolerationSeconds = 300;

/** Kubernetes' default for how often the node lifecycle controller looks. */
const nodeMonitorSeconds = 5;

/** Flags take whole seconds, and none would mean never. */
const scaled = (seconds: number, timeScale: TimeScale) => Math.max(1, Math.round(seconds * timeScale));

/** The API server's flags that decide how it treats objects. Admission is Kubernetes' own: no plugin of its default set is off. */
export const apiServerBehaviour = (timeScale: TimeScale): readonly string[] => [
  "--authorization-mode=RBAC",
  `--default-not-ready-toleration-seconds=${scaled(tolerationSeconds, timeScale)}`,
  `--default-unreachable-toleration-seconds=${scaled(tolerationSeconds, timeScale)}`,
];

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
  const end = performance.now() + readyMs;
  for (;;) {
    if ((await client.find(path).catch(() => undefined)) !== undefined) return;
    const ended = processes.filter((one) => !one.isRunning());
    if (ended.length > 0 || performance.now() > end) {
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
 * A Kubernetes control plane of plain processes: etcd, API server, controller manager, scheduler; kubelets are played by others.
 * @throws Error with the end of the logs when it does not come up.
 */
export async function startControlPlane({
  folder,
  logs,
  tools,
  network,
  kwok,
  timeScale = 1,
}: ControlPlaneOptions): Promise<ControlPlane> {
  mkdirSync(folder, { recursive: true });
  const { ports } = network;
  const processes: RunningProcess[] = [];
  const start = (name: string, tool: string, args: readonly string[]) =>
    processes.push(startProcess(name, tool, args, join(logs, `${name}.log`), frugal));
  const run = (name: ControlPlaneTool, args: readonly string[]) => start(name, tools[name], args);
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
      ...apiServerBehaviour(timeScale),
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
      // Its own limit, 20 requests a second, would hold a destroy back: the garbage collector makes two for each object.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
      // No kubelet sends heartbeats here: who plays the nodes says itself when one is lost.
      "--node-monitor-grace-period=24h",
      `--node-monitor-period=${scaled(nodeMonitorSeconds, timeScale)}s`,
    ]);
    run("kube-scheduler", [
      ...common,
      `--secure-port=${ports.scheduler}`,
      `--cert-dir=${join(folder, "scheduler-certs")}`,
    ]);
    if (kwok !== undefined) {
      start("kwok", kwok.tool, [
        `--kubeconfig=${kubeconfigFile}`,
        `--config=${kwok.stages}`,
        "--manage-all-nodes=true",
        `--server-address=127.0.0.1:${kwok.port}`,
      ]);
    }
    await untilFound(client, "/api/v1/namespaces/default/serviceaccounts/default", processes);
    return { folder, kubeconfig, kubeconfigFor, kubeconfigFile, client, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
