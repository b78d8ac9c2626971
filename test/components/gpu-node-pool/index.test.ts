import * as kubernetes from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { existingNodes } from "../../../components/gpu-node-pool/existing.ts";
import { poolLabels } from "../../../components/gpu-node-pool/labels.ts";
import type { PoolProvider, PoolShape } from "../../../components/gpu-node-pool/provider.ts";
import { simulatedNodes } from "../../../components/gpu-node-pool/simulated.ts";
import { childrenOf, named, record } from "../support.ts";
import { violationsOf } from "./conformance.ts";

const zones = [
  { zone: "lab-1a", region: "lab-1" },
  { zone: "lab-1b", region: "lab-1" },
];

test.each([
  { provider: existingNodes, makesNodes: false },
  { provider: simulatedNodes(zones), makesNodes: true },
])("provider $provider.kind keeps every promise", async ({ provider, makesNodes }) => {
  expect(await violationsOf(provider, { makesNodes })).toEqual([]);
});

/** A good provider, but for what a case changes. */
interface Broken {
  readonly nodes?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  readonly isOrphan?: boolean;
  readonly childName?: (name: string, index: number) => string;
  readonly nodeName?: (shape: PoolShape, index: number) => string;
  readonly answer?: readonly string[];
}

const gpu = { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" };

const broken = ({
  nodes,
  labels,
  taints = [gpu],
  isOrphan = false,
  childName,
  nodeName,
  answer,
}: Broken): PoolProvider => ({
  kind: "broken",
  declare: (name, shape, parent) => {
    const names = Array.from({ length: nodes ?? shape.nodes }, (_, index) => {
      const node = nodeName?.(shape, index) ?? `${shape.pool}-node-${index}`;
      const resource = new kubernetes.core.v1.Node(
        childName?.(name, index) ?? `${name}-${index}`,
        {
          metadata: { name: node, labels: { ...poolLabels(shape), ...labels } },
          spec: { taints: taints.map((taint) => ({ ...taint })) },
        },
        isOrphan ? {} : { parent },
      );
      return { node, resource };
    });
    return answer ?? names.map(({ node }) => node);
  },
});

describe("the suite finds a provider that", () => {
  test("is not broken at all: nothing", async () => {
    expect(await violationsOf(broken({}), { makesNodes: true })).toEqual([]);
  });

  test("makes too few nodes", async () => {
    expect(await violationsOf(broken({ nodes: 1 }), { makesNodes: true })).toEqual(["l4: 1 nodes, not 3"]);
  });

  test("makes nodes that are not its business", async () => {
    expect(await violationsOf(broken({ nodes: 1 }), { makesNodes: false })).toEqual([
      "l4: 1 nodes, not 0",
      "l4-1: 1 nodes, not 0",
    ]);
  });

  test("mislabels", async () => {
    const labels = { "polymath.dev/pool": "other", "nvidia.com/gpu.present": "false" };
    expect((await violationsOf(broken({ labels }), { makesNodes: true })).slice(0, 2)).toEqual([
      "pool-l4-0: label polymath.dev/pool is other, not l4",
      "pool-l4-0: label nvidia.com/gpu.present is false, not true",
    ]);
  });

  test("taints with another effect", async () => {
    const taints = [{ ...gpu, effect: "PreferNoSchedule" }];
    expect(await violationsOf(broken({ taints }), { makesNodes: true })).toEqual([
      "pool-l4-0: no taint nvidia.com/gpu=true:NoSchedule",
      "pool-l4-1: no taint nvidia.com/gpu=true:NoSchedule",
      "pool-l4-2: no taint nvidia.com/gpu=true:NoSchedule",
      "pool-l4-1-0: no taint nvidia.com/gpu=true:NoSchedule",
    ]);
  });

  test("leaves nodes outside its pool", async () => {
    expect(await violationsOf(broken({ isOrphan: true, answer: [] }), { makesNodes: true })).toEqual([
      "pool-l4-0: its parent is the stack, not its pool",
      "pool-l4-1: its parent is the stack, not its pool",
      "pool-l4-1-0: its parent is the stack, not its pool",
      "pool-l4-2: its parent is the stack, not its pool",
      "l4: 0 nodes, not 3",
      "l4-1: 0 nodes, not 1",
    ]);
  });

  test("names children after something else", async () => {
    const childName = (name: string, index: number) => `node-${index}-of-${name}`;
    expect((await violationsOf(broken({ childName }), { makesNodes: true }))[0]).toBe(
      "node-0-of-pool-l4: its name does not begin with pool-l4-",
    );
  });

  test("gives two nodes one name", async () => {
    const nodeName = (_: PoolShape, index: number) => `gpu-${index}`;
    expect(await violationsOf(broken({ nodeName }), { makesNodes: true })).toEqual(["two nodes are called gpu-0"]);
  });

  test("renames nodes when one more comes", async () => {
    const nodeName = ({ pool, nodes }: PoolShape, index: number) => `${pool}-${index}-of-${nodes}`;
    expect(await violationsOf(broken({ nodeName }), { makesNodes: true })).toEqual([
      "l4: a node more renames l4-0-of-2, l4-1-of-2",
    ]);
  });

  test("answers with other names than it declares", async () => {
    expect(await violationsOf(broken({ answer: ["l4-0"] }), { makesNodes: true })).toEqual([
      "l4: says l4-0, declares l4-node-0, l4-node-1, l4-node-2",
      "l4-1: says l4-0, declares l4-1-node-0",
    ]);
  });
});

const shape = { pool: "l4", environment: "lab", instanceType: "g6.xlarge", nodes: 2, gpusPerNode: 1 };

test("a simulated node is labelled and tainted, and the nodes of a pool take turns in the zones", async () => {
  const registrations = await record(async () => {
    const { GpuNodePool } = await import("../../../components/gpu-node-pool/index.ts");
    return new GpuNodePool("pool", { ...shape, nodes: 3, provider: simulatedNodes(zones) });
  });
  expect(childrenOf(registrations, "pool")).toEqual([
    "kubernetes:core/v1:Node pool-0",
    "kubernetes:core/v1:Node pool-1",
    "kubernetes:core/v1:Node pool-2",
  ]);
  const zoneOf = (name: string) =>
    z
      .object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) })
      .parse(named(registrations, name).inputs).metadata.labels["topology.kubernetes.io/zone"];
  expect(["pool-0", "pool-1", "pool-2"].map(zoneOf)).toEqual(["lab-1a", "lab-1b", "lab-1a"]);
  expect(named(registrations, "pool-1").inputs).toEqual({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: "l4-1",
      labels: {
        "node.kubernetes.io/instance-type": "g6.xlarge",
        "nvidia.com/gpu.present": "true",
        "polymath.dev/environment": "lab",
        "polymath.dev/pool": "l4",
        "topology.kubernetes.io/region": "lab-1",
        "topology.kubernetes.io/zone": "lab-1b",
      },
    },
    spec: { taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }] },
  });
});

test("existing nodes are declared by nobody", async () => {
  const registrations = await record(async () => {
    const { GpuNodePool } = await import("../../../components/gpu-node-pool/index.ts");
    return new GpuNodePool("pool", { ...shape, provider: existingNodes });
  });
  expect(registrations.map(({ name, outputs }) => ({ name, outputs }))).toEqual([
    { name: "pool", outputs: { pool: "l4", nodes: [] } },
  ]);
});
