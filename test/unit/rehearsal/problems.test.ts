import { expect, test } from "vitest";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import {
  claimProblem,
  conditionProblem,
  devicePluginProblem,
  nodeProblem,
  podProblem,
  refusedProblem,
} from "../../../rehearsal/problems.ts";

const pod = (conditions: readonly object[]): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "fin-r1-0", namespace: "finance" },
  status: { conditions },
});

test("a ready pod is no problem", () => {
  expect(podProblem(pod([{ type: "Ready", status: "True" }]))).toBeUndefined();
});

test("a pod that is not scheduled carries the scheduler's words", () => {
  const unschedulable = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
  };
  expect(podProblem(pod([unschedulable]))).toEqual({
    what: "pod finance/fin-r1-0",
    why: "not scheduled: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
  });
  expect(podProblem(pod([]))).toEqual({
    what: "pod finance/fin-r1-0",
    why: "not scheduled: the scheduler has not looked at it yet",
  });
});

test("a pod that runs without answering carries what its probe says", () => {
  const scheduled = { type: "PodScheduled", status: "True" };
  const unready = { type: "Ready", status: "False", message: "its readiness probe fails" };
  expect(podProblem(pod([scheduled, unready]))?.why).toBe("its readiness probe fails");
  expect(podProblem(pod([scheduled]))?.why).toBe("its containers have not started");
});

const daemonSet = (image: string, desired: number, ready: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "device-plugin", namespace: "gpu" },
  spec: {
    template: { spec: { nodeSelector: { "nvidia.com/gpu.present": "true" }, containers: [{ name: "plugin", image }] } },
  },
  status: { desiredNumberScheduled: desired, numberReady: ready },
});
const node: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "gpu-0" } };
const image = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0";

test("a device plugin has to be ready on every GPU node", () => {
  expect(devicePluginProblem(daemonSet(image, 2, 2), [node, node])).toBeUndefined();
  expect(devicePluginProblem(daemonSet(image, 2, 1), [node, node])).toEqual({
    what: "device plugin gpu/device-plugin",
    why: "it is ready on 1 of 2 GPU nodes",
  });
  expect(devicePluginProblem(daemonSet(image, 0, 0), [node, node])).toEqual({
    what: "device plugin gpu/device-plugin",
    why: "it lands on 0 of 2 GPU nodes; it selects nodes with nvidia.com/gpu.present=true",
  });
});

test("other DaemonSets are none of its business", () => {
  expect(devicePluginProblem(daemonSet("example.com/agent:1.0", 0, 0), [node])).toBeUndefined();
});

const route = (status?: Record<string, unknown>): KubeObject => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "model-fin-r1", namespace: "gateway" },
  ...(status && { status }),
});
const accepted = { type: "Accepted", status: "True" };
const unresolved = { type: "ResolvedRefs", status: "False", reason: "RefNotPermitted", message: "no grant" };

test("every parent of a route has to report every condition", () => {
  const what = "HTTPRoute gateway/model-fin-r1";
  const required = ["Accepted", "ResolvedRefs"];
  expect(
    conditionProblem(
      route({ parents: [{ conditions: [accepted, { type: "ResolvedRefs", status: "True" }] }] }),
      required,
    ),
  ).toBeUndefined();
  expect(conditionProblem(route(), required)).toEqual({ what, why: "the gateway controller has not reported on it" });
  expect(conditionProblem(route({ parents: [] }), required)).toEqual({
    what,
    why: "the gateway controller has not reported on it",
  });
  expect(conditionProblem(route({ parents: [{ conditions: [accepted] }] }), required)).toEqual({
    what,
    why: "no condition ResolvedRefs yet",
  });
  expect(conditionProblem(route({ parents: [{ conditions: [accepted, unresolved] }] }), required)).toEqual({
    what,
    why: "ResolvedRefs is False: RefNotPermitted: no grant",
  });
  const second = {
    parents: [
      { conditions: [accepted, { type: "ResolvedRefs", status: "True" }] },
      { conditions: [accepted, unresolved] },
    ],
  };
  expect(conditionProblem(route(second), required)?.why).toBe("ResolvedRefs is False: RefNotPermitted: no grant");
});

test("policies report by ancestor, gateways by listener, classes by themselves", () => {
  for (const part of ["ancestors", "listeners"]) {
    expect(conditionProblem(route({ [part]: [{ conditions: [accepted] }] }), ["Accepted"])).toBeUndefined();
    expect(conditionProblem(route({ [part]: [{ conditions: [] }], conditions: [accepted] }), ["Accepted"])?.why).toBe(
      "no condition Accepted yet",
    );
  }
  expect(conditionProblem(route({ conditions: [accepted] }), ["Accepted"])).toBeUndefined();
});

test("a Deployment whose pods are refused has no pod to look at, and is named itself", () => {
  const refused = {
    type: "ReplicaFailure",
    status: "True",
    message: 'pods "web-1" is forbidden: violates PodSecurity "restricted"',
  };
  const deployment = (conditions: readonly object[]): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "law" },
    status: { conditions },
  });
  expect(refusedProblem(deployment([refused]))).toEqual({
    what: "Deployment law/web",
    why: 'pods "web-1" is forbidden: violates PodSecurity "restricted"',
  });
  expect(refusedProblem(deployment([{ ...refused, status: "False" }]))).toBeUndefined();
});

test("a node that is not ready is a problem with its kubelet's words, or those about it", () => {
  const nodeWith = (conditions: readonly object[]): KubeObject => ({ ...node, status: { conditions } });
  expect(nodeProblem(nodeWith([{ type: "Ready", status: "True" }]))).toBeUndefined();
  const silent = { type: "Ready", status: "Unknown", message: "Kubelet stopped posting node status." };
  expect(nodeProblem(nodeWith([silent]))).toEqual({ what: "node gpu-0", why: "Kubelet stopped posting node status." });
  expect(nodeProblem(node)).toEqual({ what: "node gpu-0", why: "its kubelet has not reported yet" });
});

test("a claim is a problem once its provisioner has refused it", () => {
  const claim = (phase: string): KubeObject => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "weights", namespace: "law", uid: "u-1" },
    status: { phase },
  });
  const event = (uid: string, message: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "weights.1" },
    involvedObject: { uid },
    message,
  });
  const events = [event("u-1", "first"), event("u-1", "last"), event("u-2", "of another")];
  expect(claimProblem(claim("Pending"), events)).toEqual({ what: "PersistentVolumeClaim law/weights", why: "last" });
  expect(claimProblem(claim("Pending"), [])).toBeUndefined();
  expect(claimProblem(claim("Bound"), events)).toBeUndefined();
});
