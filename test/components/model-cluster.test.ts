import { expect, test } from "vitest";
import { unknown } from "../support/mocks.ts";
import { named, record, unknownText } from "./support.ts";

const declare = async (args: { readonly kubeconfig?: string; readonly context?: string }) => {
  const { ModelCluster } = await import("../../components/model-cluster/index.ts");
  return new ModelCluster("cluster", { identity: "prod-eu", ...args });
};

test("makes one provider that keeps its identity, and keeps the kubeconfig secret", async () => {
  const registrations = await record(() => declare({ kubeconfig: "token: abc", context: "admin" }));
  const { type, parent, inputs, secrets } = named(registrations, "cluster-kubernetes");
  expect(registrations.length).toBe(2);
  expect({ type, parent, inputs, secrets }).toEqual({
    type: "pulumi:providers:kubernetes",
    parent: "cluster",
    inputs: {
      clusterIdentifier: "prod-eu",
      enableServerSideApply: "true",
      kubeconfig: "token: abc",
      context: "admin",
    },
    secrets: ["kubeconfig"],
  });
});

test("leaves kubeconfig and context to kubectl's own rules where they are not given", async () => {
  const variable = process.env["KUBECONFIG"];
  delete process.env["KUBECONFIG"];
  try {
    const { inputs } = named(await record(() => declare({})), "cluster-kubernetes");
    expect(inputs).toEqual({ clusterIdentifier: "prod-eu", enableServerSideApply: "true" });
  } finally {
    if (variable !== undefined) process.env["KUBECONFIG"] = variable;
  }
});

test("takes a kubeconfig that a preview does not know yet", async () => {
  const registrations = await record(
    async () => {
      const { ModelCluster } = await import("../../components/model-cluster/index.ts");
      return new ModelCluster("cluster", { identity: "prod-eu", kubeconfig: unknownText("eks") });
    },
    { preview: true, clusterKnown: false },
  );
  expect(named(registrations, "cluster-kubernetes").inputs).toEqual({
    clusterIdentifier: "prod-eu",
    enableServerSideApply: "true",
    kubeconfig: unknown,
  });
});
