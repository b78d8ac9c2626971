import { expect, test } from "vitest";
import { systemNodes } from "../../../rehearsal/nodes.ts";
import { zonesOf } from "../../../rehearsal/zones.ts";
import { planOf } from "../plan/support.ts";

const named = (...letters: string[]) => letters.map((letter) => ({ zone: `us-east-1${letter}`, region: "us-east-1" }));

test("a plan's zones are as many as it asks for, three where it does not or somebody else made the cluster", () => {
  expect(zonesOf(planOf())).toEqual(named("a", "b", "c"));
  expect(zonesOf(planOf({ cluster: { kind: "rehearsal", zones: 2 } }))).toEqual(named("a", "b"));
  expect(
    zonesOf(
      planOf({
        cluster: { kind: "existing" },
        bundles: ["finance"],
        routing: { host: "models.example.eu", auth: { apiKey: { clients: ["demo"] } } },
        secrets: { "client-demo": { secure: "v1:x" } },
      }),
    ),
  ).toEqual(named("a", "b", "c"));
});

test("every zone has a node without GPUs", () => {
  expect(systemNodes(named("a", "b")).map(({ metadata }) => metadata)).toEqual([
    {
      name: "system-0",
      labels: {
        "node.kubernetes.io/instance-type": "system",
        "topology.kubernetes.io/region": "us-east-1",
        "topology.kubernetes.io/zone": "us-east-1a",
      },
    },
    {
      name: "system-1",
      labels: {
        "node.kubernetes.io/instance-type": "system",
        "topology.kubernetes.io/region": "us-east-1",
        "topology.kubernetes.io/zone": "us-east-1b",
      },
    },
  ]);
});
