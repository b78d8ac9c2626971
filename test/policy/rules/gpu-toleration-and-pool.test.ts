import { expect, test } from "vitest";
import { gpuTolerationAndPool } from "../../../policy/rules/gpu-toleration-and-pool.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = gpuTolerationAndPool();
const exists = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
const placed = { tolerations: [exists], nodeSelector: { "polymath.dev/pool": "l4-1" } };
const pod = (resources: unknown, placement: Record<string, unknown> = placed) =>
  deployment(podSpec({ containers: [container({ resources })], ...placement }));
const one = { limits: { "nvidia.com/gpu": 1 } };

const noToleration =
  'Deployment "finance/fin-r1", spec.template.spec: found a GPU limit without a toleration of the taint nvidia.com/gpu=true:NoSchedule. Allowed: a toleration with key nvidia.com/gpu, operator Exists, effect NoSchedule. To do: add this toleration, since no GPU node takes the pod without it.';
const noPool =
  'Deployment "finance/fin-r1", spec.template.spec: found a GPU limit without nodeSelector polymath.dev/pool. Allowed: nodeSelector polymath.dev/pool with the name of a pool. To do: add nodeSelector polymath.dev/pool, since the pod can otherwise take any GPU node.';
const unequal = (name: string, found: string) =>
  `${onlyContainer}: found ${name} ${found}. Allowed: a limit, and a request that equals it or is absent. To do: set resources.limits["${name}"] to the number of GPUs, and remove the request.`;

test.each([
  ["no GPU", pod({ limits: { memory: "1Gi" } }, {})],
  ["a limit of no GPU", pod({ limits: { "nvidia.com/gpu": "0" } }, {})],
  ["a limit", pod(one)],
  ["a limit and an equal request", pod({ limits: { "nvidia.com/gpu": "2" }, requests: { "nvidia.com/gpu": 2 } })],
  ["a MIG slice", pod({ limits: { "nvidia.com/mig-1g.10gb": 1 } })],
])("accepts %s", async (_, props) => {
  expect(await check(rule, deploymentType, props)).toEqual({ violations: [] });
});

test.each([
  [{ key: "nvidia.com/gpu", operator: "Exists" }],
  [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }],
  [{ key: "nvidia.com/gpu", operator: "Equal", value: "true", effect: "NoSchedule" }],
  [{ operator: "Exists" }],
])("accepts the toleration %j", async (toleration) => {
  expect(await check(rule, deploymentType, pod(one, { ...placed, tolerations: [toleration] }))).toEqual({
    violations: [],
  });
});

test.each([
  [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" }],
  [{ key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" }],
  [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
  [{ key: "amd.com/gpu", operator: "Exists", effect: "NoSchedule" }],
])("refuses the toleration %j, which is of another taint", async (toleration) => {
  expect(await check(rule, deploymentType, pod(one, { ...placed, tolerations: [toleration] }))).toEqual({
    violations: [noToleration],
  });
});

test.each([["nvidia.com/gpu"], ["nvidia.com/gpu.shared"], ["nvidia.com/mig-2g.20gb"]])(
  "refuses %s without toleration and pool",
  async (name) => {
    expect(await check(rule, deploymentType, pod({ limits: { [name]: 1 } }, {}))).toEqual({
      violations: [noToleration, noPool],
    });
  },
);

test("refuses an empty pool", async () => {
  const placement = { ...placed, nodeSelector: { "polymath.dev/pool": "" } };
  expect(await check(rule, deploymentType, pod(one, placement))).toEqual({ violations: [noPool] });
});

test("refuses a request that is not the limit, and a request without one", async () => {
  const unequalCounts = { limits: { "nvidia.com/gpu": 2 }, requests: { "nvidia.com/gpu": 1 } };
  expect(await check(rule, deploymentType, pod(unequalCounts))).toEqual({
    violations: [unequal("nvidia.com/gpu", "limit 2 and request 1")],
  });
  expect(await check(rule, deploymentType, pod({ requests: { "nvidia.com/gpu": 1 } }))).toEqual({
    violations: [unequal("nvidia.com/gpu", "limit absent and request 1")],
  });
});

test("finds a GPU in the workers of a LeaderWorkerSet", async () => {
  const props = {
    metadata: { name: "big", namespace: "general" },
    spec: {
      leaderWorkerTemplate: {
        leaderTemplate: { spec: podSpec() },
        workerTemplate: { spec: podSpec({ containers: [container({ resources: one })], tolerations: [exists] }) },
      },
    },
  };
  expect(await check(rule, "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet", props)).toEqual({
    violations: [
      'LeaderWorkerSet "general/big", spec.leaderWorkerTemplate.workerTemplate.spec: found a GPU limit without nodeSelector polymath.dev/pool. Allowed: nodeSelector polymath.dev/pool with the name of a pool. To do: add nodeSelector polymath.dev/pool, since the pod can otherwise take any GPU node.',
    ],
  });
});

test("decides nothing about a pool that is not known yet", async () => {
  const placement = { ...placed, nodeSelector: { "polymath.dev/pool": unknown } };
  expect(await check(rule, deploymentType, pod(one, placement))).toEqual({
    violations: [],
    undecided: "string value at .spec.template.spec.nodeSelector.polymath.dev/pool can't be known during preview",
  });
});
