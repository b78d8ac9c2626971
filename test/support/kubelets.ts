import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { devicePlugin } from "../../catalogue/controllers/device-plugin.ts";
import { catalogue } from "../../catalogue/index.ts";
import { startControlPlane } from "../../rehearsal/control-plane/start.ts";
import { apply } from "../../rehearsal/gateway.ts";
import type { KubeClient, KubeObject } from "../../rehearsal/kube/client.ts";
import { conditionsOf, numberField, textField } from "../../rehearsal/kube/fields.ts";
import { playNodes, systemNodes } from "../../rehearsal/nodes.ts";
import { playPods } from "../../rehearsal/pods.ts";
import { Power } from "../../rehearsal/power.ts";
import { nothing, type ImageRole } from "../../rehearsal/roles.ts";
import { storageClasses } from "../../rehearsal/storage.ts";
import { playVolumes } from "../../rehearsal/volumes.ts";
import { freePort } from "./free-port.ts";
import { toolPath } from "./tools.ts";

const namespace = "lab";
const serverImage = "example.com/server:1";
/** A server whose image asks for a pull secret. */
export const privateImage = "example.com/private:1";
const pluginImage = `${devicePlugin.image.repository}:${devicePlugin.image.tag}`;
const timeScale = 0.001;
const zones = ["a", "b"].map((letter) => ({ zone: `lab-1${letter}`, region: "lab-1" }));

/** Answers 200 on port 8000 of its pod once it has loaded. */
const server: ImageRole = {
  isPrivate: false,
  start: (_pod, address) => {
    let listening: Server | undefined;
    return Promise.resolve({
      load: async () => {
        listening = createServer((_request, response) => response.writeHead(200).end("here")).listen(8000, address);
        await once(listening, "listening");
      },
      stop: async () => {
        if (listening?.listening !== true) return;
        listening.closeAllConnections();
        listening.close();
        await once(listening, "close");
      },
    });
  },
};
const roles = new Map<string, ImageRole>([
  [serverImage, server],
  [privateImage, { ...server, isPrivate: true }],
  [pluginImage, { isPrivate: false, start: () => Promise.resolve(nothing) }],
]);

/** A node of one L4 GPU: `gpu-0` lies in zone lab-1a, `gpu-1` in lab-1b. */
export const gpuNode = (index: 0 | 1): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: `gpu-${index}`,
    labels: {
      "node.kubernetes.io/instance-type": "g6.xlarge",
      "topology.kubernetes.io/zone": zones[index]?.zone ?? "",
      gpu: "true",
    },
  },
});

/** Asks until the answer is as wanted; the test's own time limit ends what never comes. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await sleep(100);
  }
}

type Found = KubeObject | undefined;

const condition = (object: Found, type: string) => conditionsOf(object).find((one) => one.type === type);
export const isReady = (object: Found): boolean => condition(object, "Ready")?.status === "True";
/** Why a container waits: one word. */
export const reasonOf = (pod: Found): string | undefined =>
  textField(pod, "status", "containerStatuses", 0, "state", "waiting", "reason");
export const messageOf = (pod: Found): string | undefined => condition(pod, "Ready")?.message;
/** What the scheduler says about a pod. */
export const scheduling = (pod: Found): string => condition(pod, "PodScheduled")?.message ?? "";
export const restarts = (pod: Found): number => numberField(pod, "status", "containerStatuses", 0, "restartCount") ?? 0;
/** What the server of a pod answers. */
export const answerOf = (pod: Found): Promise<number | "refused"> =>
  fetch(`http://${textField(pod, "status", "podIP")}:8000/`).then(
    (response) => response.status,
    () => "refused",
  );

export interface PodChanges {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
  /** Default 300; the start-up probe waits for 1,200. The specialist "slow" takes three times that. */
  readonly startupSeconds?: number;
  /** Claim to mount. */
  readonly claim?: string;
}

function podOf(name: string, { spec, container, startupSeconds = 300, claim }: PodChanges): KubeObject {
  const probe = (failureThreshold: number) => ({
    httpGet: { path: "/", port: 8000 },
    periodSeconds: 10,
    failureThreshold,
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: { "polymath.dev/specialist": name },
      annotations: { "polymath.dev/startup-seconds": String(startupSeconds) },
    },
    spec: {
      ...spec,
      automountServiceAccountToken: false,
      containers: [
        {
          name: "server",
          image: serverImage,
          startupProbe: probe(120),
          readinessProbe: probe(3),
          livenessProbe: probe(6),
          ...container,
          ...(claim !== undefined && { volumeMounts: [{ name: "weights", mountPath: "/weights" }] }),
        },
      ],
      ...(claim !== undefined && { volumes: [{ name: "weights", persistentVolumeClaim: { claimName: claim } }] }),
    },
  };
}

/** A control plane whose nodes, volumes and pods a rehearsal's players play. */
export interface Kubelets {
  readonly client: KubeClient;
  readonly power: Power;
  readonly pod: (name: string) => Promise<Found>;
  readonly node: (name: string) => Promise<Found>;
  readonly claim: (name: string) => Promise<Found>;
  readonly createPod: (name: string, changes?: PodChanges) => Promise<void>;
  /** Puts a device plugin's pod on a GPU node. */
  readonly createPlugin: (index: 0 | 1) => Promise<void>;
  readonly createClaim: (name: string, mode: string, className?: string) => Promise<void>;
  readonly createSecret: (name: string) => Promise<void>;
  readonly removePod: (name: string) => Promise<void>;
  /** Waits until a pod is ready, and gives it. */
  readonly ready: (name: string) => Promise<Found>;
  readonly gone: (name: string) => Promise<unknown>;
  /** The first thing that a player threw. */
  readonly broken: () => unknown;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real control plane with the players of a rehearsal before it, without namespaces of its own: pods' addresses are of the
 * loopback range, where every process may listen. It has two GPU nodes in two zones, and a system node in each.
 */
export async function startKubelets(): Promise<Kubelets> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-kubelet-"));
  const control = await startControlPlane({
    folder: join(folder, "control-plane"),
    logs: folder,
    tools: {
      etcd: await toolPath("etcd"),
      "kube-apiserver": await toolPath("kube-apiserver"),
      "kube-controller-manager": await toolPath("kube-controller-manager"),
      "kube-scheduler": await toolPath("kube-scheduler"),
    },
    network: {
      advertise: "192.0.2.1",
      ports: {
        etcd: await freePort(),
        etcdPeer: await freePort(),
        api: await freePort(),
        controllers: await freePort(),
        scheduler: await freePort(),
      },
      serviceRange: "10.0.0.0/24",
      podRange: "127.64.0.0/16",
    },
    timeScale,
  });
  const { client } = control;
  const power = new Power();
  const ending = new AbortController();
  const { signal } = ending;
  let broken: unknown;
  const note = (error: unknown) => {
    broken ??= error;
  };
  playNodes(client, { catalogue, power, timeScale }, signal).catch(note);
  playVolumes(client, signal).catch(note);
  playPods(client, { roles, power, timeScale, slowStarts: new Set(["slow"]) }, signal).catch(note);

  const at = (kind: string, name: string) => `/api/v1/namespaces/${namespace}/${kind}/${name}`;
  const create = async (kind: string, body: object) => {
    await client.request("POST", `/api/v1/namespaces/${namespace}/${kind}`, { body });
  };
  const pod = (name: string) => client.find(at("pods", name));
  const createPod = (name: string, changes: PodChanges = {}) => create("pods", podOf(name, changes));
  await apply(client, [
    ...storageClasses,
    ...systemNodes(zones),
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    gpuNode(0),
    gpuNode(1),
  ]);
  // Pods are refused before it.
  await eventually(
    () => client.find(at("serviceaccounts", "default")),
    (account) => account !== undefined,
  );
  return {
    client,
    power,
    pod,
    node: (name) => client.find(`/api/v1/nodes/${name}`),
    claim: (name) => client.find(at("persistentvolumeclaims", name)),
    createPod,
    createPlugin: (index) =>
      createPod(`plugin-${index}`, {
        spec: { nodeName: `gpu-${index}`, tolerations: [{ operator: "Exists" }] },
        startupSeconds: 0,
        container: {
          name: "plugin",
          image: pluginImage,
          startupProbe: undefined,
          readinessProbe: undefined,
          livenessProbe: undefined,
        },
      }),
    createClaim: (name, mode, storageClassName) =>
      create("persistentvolumeclaims", {
        metadata: { name },
        spec: { accessModes: [mode], resources: { requests: { storage: "1Gi" } }, storageClassName },
      }),
    createSecret: (name) => create("secrets", { metadata: { name }, stringData: { value: "1" } }),
    removePod: async (name) => {
      await client.request("DELETE", at("pods", name));
    },
    ready: (name) => eventually(() => pod(name), isReady),
    gone: (name) =>
      eventually(
        () => pod(name),
        (found) => found === undefined,
      ),
    broken: () => broken,
    stop: async () => {
      ending.abort();
      await control.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
