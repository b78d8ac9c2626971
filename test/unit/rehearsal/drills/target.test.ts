import { describe, expect, test } from "vitest";
import { chooseNodes, lossOf, nodesOf, placedPodsOf, type ClusterNode } from "../../../../rehearsal/drills/target.ts";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";

const node = (name: string, pool: string, zone: string): ClusterNode => ({ name, pool, zone });
const nodes = [
  node("big-0", "big", "z-a"),
  node("big-1", "big", "z-b"),
  node("small-0", "small", "z-a"),
  node("small-1", "small", "z-b"),
  node("system-0", "", "z-a"),
];
const pods = [
  { specialist: "twin", node: "big-0" },
  { specialist: "twin", node: "big-1" },
  { specialist: "lone", node: "big-1" },
  { specialist: "solo", node: "small-0" },
];

test("nodes and pods are read from the API server's objects", () => {
  const labels = { "polymath.dev/pool": "big", "topology.kubernetes.io/zone": "z-a" };
  const objects: KubeObject[] = [
    { apiVersion: "v1", kind: "Node", metadata: { name: "system-0" } },
    { apiVersion: "v1", kind: "Node", metadata: { name: "big-0", labels } },
  ];
  expect(nodesOf(objects)).toEqual([node("big-0", "big", "z-a"), node("system-0", "", "")]);
  const pod = (name: string, spec: Record<string, unknown>, of: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: of },
    spec,
  });
  expect(
    placedPodsOf([
      pod("twin-0", { nodeName: "big-0" }, { "polymath.dev/specialist": "twin" }),
      pod("pending", {}, { "polymath.dev/specialist": "twin" }),
      pod("router", { nodeName: "system-0" }, { "polymath.dev/component": "router" }),
    ]),
  ).toEqual([{ specialist: "twin", node: "big-0" }]);
});

describe("the choice", () => {
  test("by default takes what silences most specialists, then what holds most replicas, then the first by name", () => {
    expect(chooseNodes("node", undefined, nodes, pods)).toEqual({
      target: "big-1",
      nodes: [node("big-1", "big", "z-b")],
      why: "hurts most of all nodes: 1 specialist without another replica, 2 replicas in all",
    });
    expect(chooseNodes("zone", undefined, nodes, pods)).toEqual({
      target: "z-a",
      nodes: [nodes[0], nodes[2], nodes[4]],
      why: "hurts most of all zones: 1 specialist without another replica, 2 replicas in all; the first by name of 2 that are as bad",
    });
  });

  test("takes the node that is asked for, or the worst of a pool", () => {
    expect(chooseNodes("node", "small-1", nodes, pods)).toMatchObject({ target: "small-1", why: "asked for" });
    expect(chooseNodes("node", "small", nodes, pods)).toMatchObject({
      target: "small-0",
      why: "hurts most of pool small: 1 specialist without another replica, 1 replica in all",
    });
    expect(chooseNodes("zone", "z-b", nodes, pods).nodes).toEqual([nodes[1], nodes[3]]);
  });

  test("of what is not there says what is", () => {
    expect(() => chooseNodes("node", "bog-0", nodes, pods)).toThrow(
      '--drill node: there is no "bog-0" here; did you mean "big-0"?',
    );
    expect(() => chooseNodes("zone", "mars", nodes, pods)).toThrow(
      '--drill zone: there is no "mars" here; use one of: z-a, z-b',
    );
    expect(() => chooseNodes("zone", undefined, [node("n", "p", "")], [])).toThrow(
      "--drill zone: no node of this cluster has a zone.",
    );
  });
});

test("a plan knows nodes by their pools", () => {
  expect(lossOf(nodes)).toEqual({ lost: { big: 2, small: 2 }, others: 1 });
  expect(lossOf([])).toEqual({ lost: {}, others: 0 });
});
