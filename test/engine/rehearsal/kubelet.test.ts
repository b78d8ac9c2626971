import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { apply } from "../../../rehearsal/gateway.ts";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { conditionsOf, field, textField } from "../../../rehearsal/kube/fields.ts";
import { claimProblem, nodeProblem, podProblem } from "../../../rehearsal/problems.ts";
import {
  answerOf,
  eventually,
  gpuNode,
  isReady,
  messageOf,
  privateImage,
  reasonOf,
  restarts,
  scheduling,
  startKubelets,
  type Kubelets,
} from "../../support/kubelets.ts";

let lab: Kubelets;
beforeAll(async () => {
  lab = await startKubelets();
});
afterEach(() => expect(lab.broken()).toBeUndefined());
afterAll(() => lab.stop());

const onGpu = { resources: { limits: { "nvidia.com/gpu": "1" } } };
const gpusOf = async (node: string) => textField(await lab.node(node), "status", "allocatable", "nvidia.com/gpu");
const isBound = (claim: KubeObject | undefined) => textField(claim, "status", "phase") === "Bound";
const podThat = (name: string, isWanted: (pod: KubeObject | undefined) => boolean) =>
  eventually(() => lab.pod(name), isWanted);
const unscheduled = (name: string, why: string) => podThat(name, (pod) => scheduling(pod).includes(why));

test("nodes are ready with the labels and the resources of their machine, and no GPU", async () => {
  const node = await eventually(() => lab.node("gpu-1"), isReady);
  expect(node?.metadata.labels).toMatchObject({
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": "gpu-1",
    "kubernetes.io/os": "linux",
  });
  expect(node?.status?.["allocatable"]).toEqual({
    cpu: "3920m",
    memory: "14162Mi",
    pods: "58",
    "nvidia.com/gpu": "0",
    "ephemeral-storage": "225G",
  });
});

test("a GPU pod waits for a device plugin that runs, and what runs stays when the plugin goes", async () => {
  await lab.createPod("first", { container: onGpu });
  await unscheduled("first", "Insufficient nvidia.com/gpu");
  await lab.createPlugin(0);
  await eventually(
    () => gpusOf("gpu-0"),
    (gpus) => gpus === "1",
  );
  const first = await lab.ready("first");
  expect(textField(first, "spec", "nodeName")).toBe("gpu-0");
  expect(await answerOf(first)).toBe(200);

  await lab.removePod("plugin-0");
  await eventually(
    () => gpusOf("gpu-0"),
    (gpus) => gpus === "0",
  );
  await lab.createPod("second", { container: onGpu });
  await unscheduled("second", "Insufficient nvidia.com/gpu");
  expect(await answerOf(await lab.ready("first"))).toBe(200);
  await lab.removePod("second");
  await lab.removePod("first");
  await lab.gone("first");
  expect(await answerOf(first)).toBe("refused");
});

test("a pod that asks for more than its machine leaves for pods does not fit", async () => {
  const resources = { requests: { cpu: "3921m" } };
  await lab.createPod("wide", { spec: { nodeSelector: { gpu: "true" } }, container: { resources } });
  await unscheduled("wide", "2 Insufficient cpu");
  await lab.removePod("wide");
});

test("a start that its probe does not wait for is ended and begun again, and is a problem", async () => {
  await lab.createPod("slow");
  const failing = await podThat("slow", (pod) => restarts(pod) > 0);
  expect(failing && podProblem(failing)).toEqual({
    what: "pod lab/slow",
    why: "container server keeps being restarted: its startup probe failed for 1200 s; its start-up takes about 3600 s",
  });
  await podThat("slow", (pod) => reasonOf(pod) === "CrashLoopBackOff");
  await lab.removePod("slow");
});

test("what a container lacks is said in kubelet's words, and once it is there the container starts", async () => {
  const env = [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "token", key: "value" } } }];
  await lab.createPod("keyless", { container: { env } });
  const waiting = await podThat("keyless", (pod) => reasonOf(pod) === "CreateContainerConfigError");
  expect([messageOf(waiting), textField(waiting, "status", "phase")]).toEqual(['secret "token" not found', "Pending"]);
  await lab.createSecret("token");
  await lab.ready("keyless");
  await lab.removePod("keyless");

  await lab.createPod("unknown", { container: { image: "example.com/nobody:1" } });
  const pulling = await podThat("unknown", (pod) => reasonOf(pod) === "ImagePullBackOff");
  expect(messageOf(pulling)).toBe("a rehearsal knows no program for the image example.com/nobody:1");
  await lab.removePod("unknown");

  await lab.createPod("private", {
    spec: { imagePullSecrets: [{ name: "pull" }] },
    container: { image: privateImage },
  });
  await podThat("private", (pod) => reasonOf(pod) === "ErrImagePull");
  await lab.createSecret("pull");
  await lab.ready("private");
  await lab.removePod("private");
});

test("a claim that the default class cannot fulfil stays pending, and the provisioner says why", async () => {
  await lab.createClaim("shared", "ReadWriteMany");
  await lab.createClaim("files", "ReadWriteMany", "efs");
  await eventually(() => lab.claim("files"), isBound);
  await lab.createPod("sharing", { claim: "shared" });
  const refused = async () => {
    const { items } = await lab.client.list("/api/v1/events", { fieldSelector: "reason=ProvisioningFailed" });
    const claim = await lab.claim("shared");
    return claim && claimProblem(claim, items);
  };
  expect(await eventually(refused, (problem) => problem !== undefined)).toEqual({
    what: "PersistentVolumeClaim lab/shared",
    why: 'failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce, ReadWriteOncePod] supported.',
  });
  expect(isBound(await lab.claim("shared"))).toBe(false);
  await lab.removePod("sharing");
});

test("a block volume lies in the zone of its first pod, and one node at a time has it", async () => {
  await lab.createClaim("block", "ReadWriteOnce");
  const on = (node: string) => ({ nodeSelector: { "kubernetes.io/hostname": node } });
  await lab.createPod("writer", { claim: "block", spec: on("gpu-1") });
  await lab.ready("writer");
  const name = textField(await lab.claim("block"), "spec", "volumeName");
  const volume = await lab.client.find(`/api/v1/persistentvolumes/${name}`);
  expect(field(z.unknown(), volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")).toEqual([
    { matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["lab-1b"] }] },
  ]);

  await lab.createPod("far", { claim: "block", spec: on("gpu-0") });
  await unscheduled("far", "node(s) didn't match PersistentVolume's node affinity");
  await lab.removePod("far");

  await lab.createPod("second-writer", { claim: "block", spec: on("system-1") });
  const blocked = await podThat("second-writer", (pod) => messageOf(pod)?.startsWith("Multi-Attach") === true);
  expect([messageOf(blocked), reasonOf(blocked), textField(blocked, "status", "podIP")]).toEqual([
    `Multi-Attach error for volume "${name}" Volume is already used by pod(s) lab/writer`,
    "ContainerCreating",
    undefined,
  ]);
  await lab.removePod("writer");
  await lab.ready("second-writer");
  await lab.removePod("second-writer");
});

test("a node that is switched off falls silent and loses its pods; when it comes back, what is still bound starts again", async () => {
  await lab.createPlugin(1);
  await lab.createPod("evicted", { container: onGpu });
  const before = await lab.ready("evicted");
  expect(textField(before, "spec", "nodeName")).toBe("gpu-1");

  lab.power.off("gpu-1");
  await eventually(
    () => answerOf(before),
    (answer) => answer === "refused",
  );
  const readiness = async () => conditionsOf(await lab.node("gpu-1")).find(({ type }) => type === "Ready");
  expect(await eventually(readiness, (condition) => condition?.status === "Unknown")).toMatchObject({
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
  });
  await podThat("evicted", (pod) => !isReady(pod));
  // The real controllers taint the node and delete its pods; no kubelet confirms that they have ended.
  const evicted = await podThat("evicted", (pod) => pod?.metadata.deletionTimestamp !== undefined);
  const taints = z.array(z.object({ key: z.string(), effect: z.string() }));
  expect(field(taints, await lab.node("gpu-1"), "spec", "taints")).toContainEqual({
    key: "node.kubernetes.io/unreachable",
    effect: "NoExecute",
  });
  await sleep(2_000);
  expect((await lab.pod("evicted"))?.metadata.uid).toBe(evicted?.metadata.uid);
  expect((await readiness())?.status).toBe("Unknown");

  lab.power.on("gpu-1");
  await lab.gone("evicted");
  await eventually(() => lab.node("gpu-1"), isReady);
  // It tolerates everything, so it is still bound.
  expect(restarts(await lab.ready("plugin-1"))).toBe(1);
  await eventually(
    () => gpusOf("gpu-1"),
    (gpus) => gpus === "1",
  );
});

test("a node of a machine that nobody knows is a problem with its reason", async () => {
  const { metadata, ...node } = gpuNode(0);
  const labels = { ...metadata.labels, "node.kubernetes.io/instance-type": "z9.huge" };
  await apply(lab.client, [{ ...node, metadata: { name: "odd", labels } }]);
  const odd = async () => {
    const found = await lab.node("odd");
    return found && nodeProblem(found);
  };
  expect(await eventually(odd, (problem) => problem?.why.includes("z9.huge") === true)).toEqual({
    what: "node odd",
    why: 'the catalogue has no instance type "z9.huge", so its resources are not known; use one of catalogue/instances.ts',
  });
});
