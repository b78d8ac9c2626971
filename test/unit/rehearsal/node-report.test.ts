import { expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { lostNode, nodeReport, systemType, timed } from "../../../rehearsal/node-report.ts";
import { instanceType } from "../plan/support.ts";

const node: KubeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "l4-0", labels: { "node.kubernetes.io/instance-type": "g6.xlarge" } },
};

test("a node has the capacity of its machine, what its row leaves for pods, and the labels of its kubelet", () => {
  const report = nodeReport(node, instanceType("g6.12xlarge"), true);
  expect(report.labels).toEqual({
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": "l4-0",
    "kubernetes.io/os": "linux",
  });
  expect(report.capacity).toEqual({
    cpu: "48",
    memory: "192Gi",
    pods: "234",
    "nvidia.com/gpu": "4",
    "ephemeral-storage": "3760000000000",
  });
  expect(report.allocatable).toEqual({
    cpu: "47810m",
    memory: "178933Mi",
    pods: "234",
    "nvidia.com/gpu": "4",
    "ephemeral-storage": "3384000000000",
  });
  expect(report.conditions.map(({ type, status }) => `${type} ${status}`)).toEqual([
    "Ready True",
    "MemoryPressure False",
    "DiskPressure False",
    "PIDPressure False",
  ]);
});

test("without a device plugin no GPU can be had", () => {
  const { capacity, allocatable } = nodeReport(node, instanceType("g6.xlarge"), false);
  expect([capacity?.["nvidia.com/gpu"], allocatable?.["nvidia.com/gpu"]]).toEqual(["0", "0"]);
});

test("a machine without GPUs or local disks reports none", () => {
  expect(nodeReport(node, systemType, true).allocatable).toEqual({ cpu: "7910m", memory: "29317Mi", pods: "58" });
});

test("no machine of the catalogue gives pods more than it has", () => {
  for (const { name, vcpu, memoryGiB, allocatable } of catalogue.instances) {
    expect(allocatable.cpuMilli, name).toBeLessThan(vcpu * 1000);
    expect(allocatable.memoryMiB, name).toBeLessThan(memoryGiB * 1024);
  }
});

test("a node of an unknown instance type never becomes ready, and says why", () => {
  const report = nodeReport(node, undefined, true);
  expect(report.conditions).toEqual([
    {
      type: "Ready",
      status: "False",
      reason: "UnknownInstanceType",
      message:
        'the catalogue has no instance type "g6.xlarge", so its resources are not known; use one of catalogue/instances.ts',
    },
  ]);
  expect(report.allocatable).toBeUndefined();
  const nameless = nodeReport({ ...node, metadata: { name: "l4-0" } }, undefined, true);
  expect(nameless.conditions[0]?.message).toContain("(its label node.kubernetes.io/instance-type is missing)");
});

test("a lost node is described in the words of the node lifecycle controller", () => {
  expect(timed(lostNode, node)["conditions"]).toEqual(
    ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"].map((type) => ({
      type,
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
      lastHeartbeatTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastTransitionTime: expect.any(String),
    })),
  );
});
