import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient, type KubeObject } from "../../rehearsal/kube/client.ts";
import { freePort, start, type Started } from "./processes.ts";
import { toolPath } from "./tools.ts";

export interface ClusterOptions {
  /** Allocatable resources of fake nodes, by node name. With any, a scheduler runs, and kwok plays the kubelets. */
  readonly nodes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Cluster {
  /** The kubeconfig's content. */
  readonly kubeconfig: string;
  readonly client: KubeClient;
  /** Ends every process and removes every file. */
  readonly stop: () => Promise<void>;
}

const readyMs = 120_000;

function kubeconfigOf(server: string): string {
  return `${JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "admin", user: { token: "test-token" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  })}\n`;
}

/** Waits until the API server has an object. @throws Error with the end of a process's log if it ended meanwhile. */
async function untilFound(
  client: KubeClient,
  path: string,
  processes: ReadonlyMap<string, Started>,
  logs: string,
): Promise<void> {
  const end = Date.now() + readyMs;
  for (;;) {
    const found = await client.find(path).catch(() => undefined);
    if (found !== undefined) return;
    const ended = [...processes].filter(([, process]) => !process.isRunning()).map(([name]) => name);
    if (ended.length > 0 || Date.now() > end) {
      const tails = (ended.length > 0 ? ended : [...processes.keys()]).map((name) => {
        const lines = readFileSync(join(logs, `${name}.log`), "utf8")
          .trim()
          .split("\n");
        return `--- ${name}\n${lines.slice(-15).join("\n")}`;
      });
      throw new Error(`The test cluster did not start.\n${tails.join("\n")}`);
    }
    await sleep(200);
  }
}

async function addNode(client: KubeClient, name: string, allocatable: Readonly<Record<string, string>>): Promise<void> {
  const node: KubeObject = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, annotations: { "kwok.x-k8s.io/node": "fake" }, labels: { "kubernetes.io/hostname": name } },
    status: { allocatable, capacity: allocatable },
  };
  await client.request("POST", "/api/v1/nodes", { body: node });
}

/**
 * A Kubernetes control plane of plain processes on free loopback ports: etcd, API server, controller manager, and where
 * nodes are asked for, scheduler and kwok. Its files lie in a temporary folder.
 */
export async function startCluster({ nodes = {} }: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-cluster-"));
  const logs = join(folder, "logs");
  mkdirSync(logs);
  const processes = new Map<string, Started>();
  const run = (name: Parameters<typeof toolPath>[0], args: readonly string[]) =>
    processes.set(name, start(toolPath(name), args, join(logs, `${name}.log`)));
  const stop = async () => {
    await Promise.all(Array.from(processes.values(), (process) => process.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [etcdPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
    const etcd = `http://127.0.0.1:${etcdPort}`;
    run("etcd", [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      "--unsafe-no-fsync",
    ]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const keyFile = join(folder, "service-account.key");
    writeFileSync(keyFile, privateKey.export({ type: "pkcs1", format: "pem" }));
    const tokenFile = join(folder, "tokens.csv");
    writeFileSync(tokenFile, "test-token,admin,admin,system:masters\n");
    run("kube-apiserver", [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${apiPort}`,
      `--cert-dir=${join(folder, "certs")}`,
      `--token-auth-file=${tokenFile}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${keyFile}`,
      `--service-account-signing-key-file=${keyFile}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      // Nothing routes to the API server from inside, and a loopback address would be refused in its own Endpoints.
      "--advertise-address=192.0.2.1",
      "--endpoint-reconciler-type=none",
    ]);
    const kubeconfig = kubeconfigOf(`https://127.0.0.1:${apiPort}`);
    const kubeconfigFile = join(folder, "kubeconfig");
    writeFileSync(kubeconfigFile, kubeconfig, { mode: 0o600 });
    const client = new KubeClient(kubeconfig);
    await untilFound(client, "/api/v1/namespaces/default", processes, logs);
    const ports = ["--bind-address=127.0.0.1", "--leader-elect=false", `--kubeconfig=${kubeconfigFile}`];
    run("kube-controller-manager", [
      ...ports,
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(folder, "controller-manager-certs")}`,
      `--service-account-private-key-file=${keyFile}`,
      // kwok sends no heartbeats here.
      "--node-monitor-grace-period=24h",
    ]);
    if (Object.keys(nodes).length > 0) {
      run("kube-scheduler", [
        ...ports,
        `--secure-port=${await freePort()}`,
        `--cert-dir=${join(folder, "scheduler-certs")}`,
      ]);
      run("kwok", [
        `--kubeconfig=${kubeconfigFile}`,
        `--config=${join(import.meta.dirname, "kwok-stages.yaml")}`,
        "--manage-all-nodes=true",
        `--server-address=127.0.0.1:${await freePort()}`,
      ]);
    }
    await untilFound(client, "/api/v1/namespaces/default/serviceaccounts/default", processes, logs);
    for (const [name, allocatable] of Object.entries(nodes))
      await addNode(client, name, { pods: "50", ...allocatable });
    return { kubeconfig, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
