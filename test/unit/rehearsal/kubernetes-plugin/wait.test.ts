import { expect, test } from "vitest";
import { KubeClient, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import { deadlineSeconds } from "../../../../rehearsal/kubernetes-plugin/wait/index.ts";
import { resourceQuota, tokenSecret } from "../../../../rehearsal/kubernetes-plugin/wait/filled-in.ts";
import { ingress } from "../../../../rehearsal/kubernetes-plugin/wait/ingress.ts";
import { pod, podReason, selectorText } from "../../../../rehearsal/kubernetes-plugin/wait/pods.ts";
import { customResourceDefinition } from "../../../../rehearsal/kubernetes-plugin/wait/definition.ts";
import { volume } from "../../../../rehearsal/kubernetes-plugin/wait/volumes.ts";
import {
  daemonSet,
  deployment,
  job,
  replicationController,
  statefulSet,
} from "../../../../rehearsal/kubernetes-plugin/wait/workloads.ts";

/** Judging a workload asks the API server nothing. */
const unused = new KubeClient(
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "c",
  }),
);
const object = (kind: string, spec: Record<string, unknown>, status: Record<string, unknown>): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "x", generation: 2 },
  spec,
  status: { observedGeneration: 2, ...status },
});
const waitingFor = (message: string) => ({ state: "waiting", message });
const ready = { state: "ready" };

test.each([
  [{}, { observedGeneration: 1 }, waitingFor("waiting for the Deployment controller")],
  [{ replicas: 2 }, { updatedReplicas: 1 }, waitingFor("1 of 2 replicas updated")],
  [{ replicas: 1 }, { updatedReplicas: 1, replicas: 3 }, waitingFor("2 old replicas still there")],
  [{ replicas: 1 }, { updatedReplicas: 1, replicas: 1 }, waitingFor("0 of 1 replicas available")],
  [{ replicas: 1 }, { updatedReplicas: 1, replicas: 1, availableReplicas: 1 }, ready],
  [{ replicas: 0 }, {}, ready],
  [{ paused: true }, {}, waitingFor("its roll-out is paused")],
  [
    {},
    { conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "too late" }] },
    { state: "failed", message: "too late" },
  ],
])("Deployment %j with status %j", async (spec, status, verdict) => {
  expect(await deployment.judge(object("Deployment", spec, status), unused)).toEqual(verdict);
});

test("a paused Deployment that is at its first revision has nothing to roll out", async () => {
  const complete = { updatedReplicas: 1, replicas: 1, availableReplicas: 1 };
  const paused = object("Deployment", { paused: true }, complete);
  const at = (revision: string) => {
    const annotations = { "deployment.kubernetes.io/revision": revision };
    return deployment.judge({ ...paused, metadata: { ...paused.metadata, annotations } }, unused);
  };
  expect(await at("1")).toEqual(ready);
  expect(await at("2")).toEqual(waitingFor("its roll-out is paused"));
});

test("a progress deadline that had passed before the wait began does not fail it; one that passes again does", async () => {
  const exceeded = (lastUpdateTime: string) =>
    object(
      "Deployment",
      {},
      {
        conditions: [
          {
            type: "Progressing",
            status: "False",
            reason: "ProgressDeadlineExceeded",
            message: "too late",
            lastUpdateTime,
          },
        ],
      },
    );
  const before = exceeded("2026-01-01T00:00:00Z");
  expect(await deployment.judge(before, unused, before)).toEqual(waitingFor("0 of 1 replicas updated"));
  const again = exceeded("2026-01-01T00:10:00Z");
  expect(await deployment.judge(again, unused, before)).toEqual({ state: "failed", message: "too late" });
});

const taken = { type: "NamesAccepted", status: "False", reason: "KindConflict", message: '"Route" is already in use' };
const definition = (...conditions: object[]) => object("CustomResourceDefinition", {}, { conditions });
test.each([
  [[], waitingFor("the API server does not serve the kind yet")],
  [
    [{ type: "Established", status: "False", reason: "Installing", message: "not all names are accepted" }],
    waitingFor("not all names are accepted"),
  ],
  [
    [
      { type: "NamesAccepted", status: "True" },
      { type: "Established", status: "True" },
    ],
    ready,
  ],
  [
    [taken, { type: "Established", status: "False" }],
    { state: "failed", message: 'KindConflict: "Route" is already in use' },
  ],
])("CustomResourceDefinition with conditions %j", async (conditions, verdict) => {
  expect(await customResourceDefinition.judge(definition(...conditions), unused)).toEqual(verdict);
});

test("names that were taken before the wait began are judged anew", async () => {
  expect(await customResourceDefinition.judge(definition(taken), unused, definition(taken))).toEqual(
    waitingFor("the API server does not serve the kind yet"),
  );
});

test.each([
  [{}, { observedGeneration: 1 }, waitingFor("waiting for the DaemonSet controller")],
  [{}, { desiredNumberScheduled: 2, updatedNumberScheduled: 1 }, waitingFor("1 of 2 nodes have the newest pod")],
  [
    {},
    { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    waitingFor("available on 1 of 2 nodes"),
  ],
  [{}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }, ready],
  [{ updateStrategy: { type: "OnDelete" } }, { desiredNumberScheduled: 1, numberAvailable: 1 }, ready],
  [{}, {}, ready],
])("DaemonSet %j with status %j", async (spec, status, verdict) => {
  expect(await daemonSet.judge(object("DaemonSet", spec, status), unused)).toEqual(verdict);
});

test.each([
  [{ replicas: 2 }, { updatedReplicas: 1 }, waitingFor("1 of 2 replicas updated")],
  [{ replicas: 2 }, { updatedReplicas: 2, availableReplicas: 1 }, waitingFor("1 of 2 replicas available")],
  [
    { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    { updatedReplicas: 1, availableReplicas: 2 },
    waitingFor("1 of 2 replicas updated; the partition keeps those below 1 back"),
  ],
  [{ replicas: 2, updateStrategy: { type: "OnDelete" } }, { availableReplicas: 2 }, ready],
])("StatefulSet %j with status %j", async (spec, status, verdict) => {
  expect(await statefulSet.judge(object("StatefulSet", spec, status), unused)).toEqual(verdict);
});

test.each([
  [{}, { active: 1 }, waitingFor("0 of 1 completions, 1 pods active")],
  [{}, { conditions: [{ type: "Complete", status: "True" }] }, ready],
  [{ suspend: true }, {}, waitingFor("it is suspended")],
  [
    {},
    { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }] },
    { state: "failed", message: "BackoffLimitExceeded: too often" },
  ],
])("Job %j with status %j", async (spec, status, verdict) => {
  expect(await job.judge(object("Job", spec, status), unused)).toEqual(verdict);
});

test.each([
  [{}, { observedGeneration: 1 }, waitingFor("waiting for the ReplicationController controller")],
  [{ replicas: 2 }, { availableReplicas: 1 }, waitingFor("1 of 2 replicas available")],
  [{ replicas: 2 }, { availableReplicas: 2 }, ready],
])("ReplicationController %j with status %j", async (spec, status, verdict) => {
  expect(await replicationController.judge(object("ReplicationController", spec, status), unused)).toEqual(verdict);
});

test.each([
  [{ phase: "Succeeded" }, ready],
  [{ phase: "Running", conditions: [{ type: "Ready", status: "True" }] }, ready],
  [{ phase: "Pending" }, waitingFor("the pod is not ready yet")],
  [
    { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no room" }] },
    waitingFor("Pod x: Unschedulable: no room"),
  ],
  [
    { phase: "Failed", reason: "Evicted", message: "disk full" },
    { state: "failed", message: "Pod x: Evicted: disk full" },
  ],
  [{ phase: "Failed" }, { state: "failed", message: "the pod failed" }],
])("a Pod of its own with status %j", async (status, verdict) => {
  expect(await pod.judge(object("Pod", {}, status), unused)).toEqual(verdict);
});

test.each([
  [{}, waitingFor("no controller has given it an address yet")],
  [{ loadBalancer: { ingress: [] } }, waitingFor("no controller has given it an address yet")],
  [{ loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } }, ready],
])("Ingress with status %j", async (status, verdict) => {
  expect(await ingress.judge(object("Ingress", {}, status), unused)).toEqual(verdict);
});

test.each([
  [{}, waitingFor("the volume is not available yet")],
  [{ phase: "Available" }, ready],
  [{ phase: "Bound" }, ready],
  [
    { phase: "Failed", message: "no such disk" },
    { state: "failed", message: "no such disk" },
  ],
])("PersistentVolume with status %j", async (status, verdict) => {
  expect(await volume.judge(object("PersistentVolume", {}, status), unused)).toEqual(verdict);
});

test.each([
  [{ hard: { pods: "1" } }, {}, waitingFor("the quota is not enforced yet")],
  [{ hard: { pods: "1" } }, { hard: { pods: "2" } }, waitingFor("the quota is not enforced yet")],
  [{ hard: { pods: "1" } }, { hard: { pods: "1" } }, ready],
  [{}, {}, ready],
])("ResourceQuota %j with status %j", async (spec, status, verdict) => {
  expect(await resourceQuota.judge(object("ResourceQuota", spec, status), unused)).toEqual(verdict);
});

test.each([
  ["Opaque", undefined, ready],
  ["kubernetes.io/service-account-token", undefined, waitingFor("no token has been put into it yet")],
  ["kubernetes.io/service-account-token", { token: "eA==" }, ready],
])("a Secret of type %s with data %j", async (type, data, verdict) => {
  expect(await tokenSecret.judge({ ...object("Secret", {}, {}), type, data }, unused)).toEqual(verdict);
});

test("the engine's timeout counts before the annotation, and that before ten minutes", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "30" } } };
  expect(deadlineSeconds(5, annotated)).toBe(5);
  expect(deadlineSeconds(0, annotated)).toBe(30);
  expect(deadlineSeconds(0, {})).toBe(600);
  expect(deadlineSeconds(0, { metadata: { annotations: { "pulumi.com/timeoutSeconds": "soon" } } })).toBe(600);
});

test("selectors as query text", () => {
  expect(
    selectorText({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["a", "b"] },
        { key: "old", operator: "NotIn", values: ["c"] },
        { key: "here", operator: "Exists" },
        { key: "away", operator: "DoesNotExist" },
      ],
    }),
  ).toBe("app=web,tier in (a,b),old notin (c),here,!away");
});

test.each([
  [{ conditions: [{ type: "Ready", status: "True" }] }, undefined],
  [{ phase: "Succeeded" }, undefined],
  [{ phase: "Pending" }, undefined],
  [
    { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no room" }] },
    "Pod p: Unschedulable: no room",
  ],
  [
    {
      initContainerStatuses: [
        { name: "i", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
      ],
    },
    "Pod p, container i: ImagePullBackOff: no such image",
  ],
  [
    { containerStatuses: [{ name: "c", state: { terminated: { exitCode: 2, reason: "Error" } } }] },
    "Pod p, container c: exit code 2 (Error)",
  ],
  [{ phase: "Failed", reason: "Evicted", message: "disk full" }, "Pod p: Evicted: disk full"],
  [{ conditions: [{ type: "Ready", status: "False", message: "probe failing" }] }, "Pod p: not ready: probe failing"],
])("a pod with status %j", (status, reason) => {
  expect(podReason({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status })).toBe(reason);
});
