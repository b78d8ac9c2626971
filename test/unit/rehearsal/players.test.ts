import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { playNodes } from "../../../rehearsal/nodes.ts";
import { playPods } from "../../../rehearsal/pods.ts";
import { Power } from "../../../rehearsal/power.ts";
import { nothing } from "../../../rehearsal/roles.ts";
import { playVolumes } from "../../../rehearsal/volumes.ts";
import { podOf } from "./objects.ts";
import { playedCluster } from "./played-cluster.ts";

const nodes = "/api/v1/nodes";
const claims = "/api/v1/persistentvolumeclaims";
const pods = "/api/v1/pods";

const nodeOf = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    uid: name,
    labels: { "topology.kubernetes.io/zone": "us-east-1a", "node.kubernetes.io/instance-type": "system" },
  },
});

test("a claim that comes before the node that was selected for it has its volume when the node comes", async () => {
  const cluster = await playedCluster();
  void playVolumes(cluster.client, cluster.signal);
  await vi.waitFor(() => expect([nodes, claims].every(cluster.isWatched)).toBe(true));
  cluster.tell(claims, "ADDED", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "weights",
      namespace: "law",
      uid: "u1",
      annotations: { "volume.kubernetes.io/selected-node": "l4-0" },
    },
    spec: { storageClassName: "gp3", accessModes: ["ReadWriteOnce"] },
  });
  cluster.tell(nodes, "ADDED", nodeOf("system-0"));
  await sleep(100);
  expect(cluster.asked.filter(({ method }) => method === "POST")).toEqual([]);
  cluster.tell(nodes, "ADDED", nodeOf("l4-0"));
  await vi.waitFor(() =>
    expect(cluster.asked).toContainEqual(
      expect.objectContaining({
        method: "POST",
        path: "/api/v1/persistentvolumes",
        body: expect.objectContaining({ metadata: expect.objectContaining({ name: "pvc-u1" }) }),
      }),
    ),
  );
});

test("a pod that goes while it is being prepared holds neither volume nor address", async () => {
  const cluster = await playedCluster();
  const volume = "/api/v1/persistentvolumes/pvc-1";
  cluster.objects
    .set("/api/v1/namespaces/law/persistentvolumeclaims/weights-1", { spec: { volumeName: "pvc-1" } })
    .set(volume, { spec: { accessModes: ["ReadWriteOnce"], csi: { driver: "ebs.csi.aws.com" } } })
    .set("/api/v1/nodes/l4-0", { spec: { podCIDR: "10.64.1.0/24" } })
    .set("/api/v1/nodes/l4-1", { spec: { podCIDR: "10.64.2.0/24" } });
  const role = { isPrivate: false, start: () => Promise.resolve(nothing) };
  const options = {
    roles: new Map([["example.com/server:1", role]]),
    power: new Power(),
    timeScale: 0.001,
    slowStarts: new Set<string>(),
  };
  void playPods(cluster.client, options, cluster.signal);
  await vi.waitFor(() => expect(cluster.isWatched(pods)).toBe(true));
  const spec = { volumes: [{ name: "weights", persistentVolumeClaim: { claimName: "weights-1" } }] };
  const release = cluster.hold(volume);
  cluster.tell(pods, "ADDED", podOf("first-1", spec, "l4-0"));
  await vi.waitFor(() => expect(cluster.asked.some(({ path }) => path === volume)).toBe(true));
  cluster.tell(pods, "DELETED", podOf("first-1", spec, "l4-0"));
  await sleep(100);
  release();
  cluster.tell(pods, "ADDED", podOf("second-1", spec, "l4-1"));
  await vi.waitFor(
    () => {
      const told = cluster.asked.findLast(({ path }) => path === "/api/v1/namespaces/law/pods/second-1/status");
      expect(told?.body).toMatchObject({
        // So that another pod of its name cannot be meant.
        metadata: { uid: "uid-second-1" },
        status: { phase: "Running", podIP: "10.64.2.1", startTime: expect.any(String) },
      });
    },
    { timeout: 10_000 },
  );
});

test("a node that was on again in between is not taken for lost by the silence of before", async () => {
  const cluster = await playedCluster();
  const power = new Power();
  void playNodes(cluster.client, { catalogue: { instances: [] }, power, timeScale: 0.001 }, cluster.signal);
  await vi.waitFor(() => expect([nodes, pods].every(cluster.isWatched)).toBe(true));
  cluster.tell(nodes, "ADDED", nodeOf("system-0"));
  const path = "/api/v1/nodes/system-0/status";
  const told = () => JSON.stringify(cluster.asked.filter((one) => one.path === path));
  await vi.waitFor(() => expect(told()).toContain("KubeletReady"));
  power.off("system-0", 200);
  power.on("system-0");
  power.off("system-0", 60_000);
  await sleep(500);
  expect(told()).not.toContain("NodeStatusUnknown");
  power.on("system-0");
  power.off("system-0", 200);
  await vi.waitFor(() => expect(told()).toContain("NodeStatusUnknown"), { timeout: 10_000 });
});
