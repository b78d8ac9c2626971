import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("deletion", () => {
  test("a finalizer holds a deletion until its deadline, the object stays in the state, and a later destroy ends it", async ({
    stack,
  }) => {
    stack.write(`
new k8s.core.v1.ConfigMap("held", { metadata: { name: "held", namespace, finalizers: ["example.io/hold"] } }, { customTimeouts: { delete: "3s" } });
new k8s.core.v1.ConfigMap("free", { metadata: { name: "free", namespace } });`);
    await stack.pulumi("up");
    await stack.failing("destroy", "--continue-on-error");
    expect((await stack.live("v1", "ConfigMap", "held")).metadata.deletionTimestamp).toBeDefined();
    expect(await stack.find("v1", "ConfigMap", "free")).toBeUndefined();
    expect(stack.resource("held")).toMatchObject({ id: `${stack.namespace}/held` });
    expect(stack.resource("free")).toBeUndefined();

    await stack.patchAs("someone", "v1", "ConfigMap", "held", { metadata: { finalizers: null } });
    await stack.pulumi("destroy");
    expect(await stack.find("v1", "ConfigMap", "held")).toBeUndefined();
    expect(stack.state().resources).toEqual([]);
  });

  test("dependents go with their owner before destroy ends, unless the annotation lets them live", async ({
    stack,
  }) => {
    const { namespace } = stack;
    stack.write(`
const within = new k8s.core.v1.Namespace("within", { metadata: { name: namespace + "-within" } });
new k8s.core.v1.ConfigMap("inside", { metadata: { name: "inside", namespace: within.metadata.name } });
new k8s.apps.v1.Deployment("all", workload("all"));
new k8s.apps.v1.Deployment("orphaning", workload("orphaning", { metadata: { annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" } } }));`);
    await stack.pulumi("up");
    // An object of a namespace that no program knows goes with it.
    await stack.client.request("POST", `/api/v1/namespaces/${namespace}-within/configmaps`, {
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", finalizers: [] } },
    });
    await stack.pulumi("destroy");
    expect(await stack.client.find(`/api/v1/namespaces/${namespace}-within`)).toBeUndefined();
    expect(await stack.list("apps/v1", "Deployment")).toEqual([]);
    const left = [...(await stack.list("apps/v1", "ReplicaSet")), ...(await stack.list("v1", "Pod"))];
    expect(left.map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^orphaning-/),
      expect.stringMatching(/^orphaning-/),
    ]);
    expect(left[0]?.metadata.ownerReferences).toBeUndefined();
  });
});
