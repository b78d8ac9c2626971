import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/index.ts";
import { servingOf } from "../../plan/serving.ts";
import { gateway, named, record, unknownText } from "./support.ts";

type Declare = (name: string, opts?: pulumi.ComponentResourceOptions) => Promise<pulumi.ComponentResource>;

/** Every public component with nothing but its documented arguments, as a team with its own cluster and no planner uses it. */
const components: readonly {
  readonly component: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly declare: Declare;
}[] = [
  {
    component: "ModelCluster",
    outputs: { provider: "resource mine-kubernetes" },
    declare: async (name, opts) => {
      const { ModelCluster } = await import("../../components/model-cluster/index.ts");
      return new ModelCluster(name, { identity: "lab" }, opts);
    },
  },
  {
    component: "GpuNodePool",
    outputs: { pool: "l4", nodes: ["l4-0", "l4-1"] },
    declare: async (name, opts) => {
      const { GpuNodePool } = await import("../../components/gpu-node-pool/index.ts");
      const { simulatedNodes } = await import("../../components/gpu-node-pool/simulated.ts");
      const provider = simulatedNodes([{ zone: "lab-1a", region: "lab-1" }]);
      const shape = { pool: "l4", environment: "lab", instanceType: "g6.xlarge", nodes: 2, gpusPerNode: 1 };
      return new GpuNodePool(name, { ...shape, provider }, opts);
    },
  },
  {
    component: "DevicePlugin",
    outputs: { daemonSet: "device-plugin" },
    declare: async (name, opts) => {
      const { DevicePlugin } = await import("../../components/device-plugin/index.ts");
      return new DevicePlugin(name, { namespace: "lab-gpu", environment: "lab" }, opts);
    },
  },
  {
    component: "DomainNamespace",
    outputs: { namespace: "lab-law" },
    declare: async (name, opts) => {
      const { DomainNamespace } = await import("../../components/domain-namespace/index.ts");
      const args = { namespace: "lab-law", environment: "lab", domain: "law", credentials: { ngc: "key" } };
      return new DomainNamespace(name, args, opts);
    },
  },
  {
    component: "WeightStore",
    outputs: { claim: "weights" },
    declare: async (name, opts) => {
      const { WeightStore } = await import("../../components/weight-store/index.ts");
      const args = { namespace: "lab-law", claim: "weights", sizeGiB: 20, accessMode: "ReadWriteOnce" } as const;
      return new WeightStore(name, args, opts);
    },
  },
  {
    component: "Specialist",
    outputs: { service: "fin-r1" },
    declare: async (name, opts) => {
      const { Specialist } = await import("../../components/specialist/index.ts");
      const model = catalogue.models.get("fin-r1");
      if (!model) throw new Error("The catalogue lost fin-r1");
      const runtime = catalogue.runtimes.vllm;
      const input = { runtime, model, servedNames: ["fin-r1"], context: 8192, gpus: 1, revision: "unresolved" };
      const args = {
        namespace: "lab-finance",
        environment: "lab",
        domain: "finance",
        objectName: "fin-r1",
        serving: servingOf(input),
        pool: "l4",
        replicas: 2,
        gpusPerReplica: 1,
        cpuMilli: 2000,
        memoryMiB: 16_384,
        claim: "weights",
        egress: [],
      };
      return new Specialist(name, args, opts);
    },
  },
  {
    component: "RoutingIngress",
    outputs: { host: "models.example.test" },
    declare: async (name, opts) => {
      const { RoutingIngress } = await import("../../components/routing-ingress/index.ts");
      const domains = [{ name: "models-finance", namespace: "models-finance" }];
      return new RoutingIngress(
        name,
        { environment: "lab", gateway, apiKeys: { web: "a", batch: "b" }, domains },
        opts,
      );
    },
  },
];

const earlier = "urn:pulumi:test::polymath::polymath:index:Earlier::mine";

describe.each(components)("$component alone", ({ component, outputs, declare }) => {
  test("has its type token and registers every public output", async () => {
    const { type, parent, inputs, outputs: registered } = named(await record(() => declare("mine")), "mine");
    expect({ type, parent, inputs, registered }).toEqual({
      type: `polymath:index:${component}`,
      parent: "",
      inputs: {},
      registered: outputs,
    });
  });

  test("takes the caller's provider, aliases, protection and transforms", async () => {
    const transform: pulumi.ResourceTransform = () => undefined;
    const registrations = await record(async () => {
      const provider = new kubernetes.Provider("own", { kubeconfig: "kubeconfig" });
      await declare("mine", { provider, aliases: [earlier], protect: true, transforms: [transform] });
    });
    const { aliases, protect, transforms } = named(registrations, "mine");
    expect({ aliases, protect, transforms }).toEqual({ aliases: [earlier], protect: true, transforms: 1 });
    const children = registrations.filter(({ parent }) => parent === "mine");
    expect(children.filter((one) => !one.protect)).toEqual([]);
    const onCluster = children.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(onCluster.filter(({ provider }) => provider !== "own")).toEqual([]);
  });

  test("names its children after itself and keeps them under itself", async () => {
    const registrations = await record(() => declare("mine"));
    const others = registrations.filter(({ name }) => name !== "mine");
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(({ name, parent }) => !name.startsWith("mine-") || parent !== "mine")).toEqual([]);
  });

  test("declares the same in a first preview, before its cluster is there", async () => {
    const later = await record(() => declare("mine"));
    const first = await record(
      async () => {
        const provider = new kubernetes.Provider("own", { kubeconfig: unknownText("cluster") });
        await declare("mine", { provider });
      },
      { preview: true, clusterKnown: false },
    );
    const shapes = (registrations: typeof first) =>
      registrations
        .filter(({ name }) => name === "mine" || name.startsWith("mine-"))
        .map(({ type, name, parent, inputs, outputs: given }) => ({ type, name, parent, inputs, given }));
    expect(shapes(first)).toEqual(shapes(later));
  });
});

test("two of a kind stand beside each other", async () => {
  const registrations = await record(async () => {
    for (const { component, declare } of components) {
      await declare(`${component}-a`);
      await declare(`${component}-b`);
    }
  });
  const urns = registrations.map(({ type, name, parent }) => `${parent} ${type} ${name}`);
  expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).toEqual([]);
});
