import { describe, expect } from "vitest";
import { test } from "./stack.ts";

const web = (replicas: number, annotations: object = {}) =>
  `new k8s.apps.v1.Deployment("web", workload("web", { replicas: ${replicas}, metadata: { annotations: ${JSON.stringify(annotations)} } }));`;
const force = { "pulumi.com/patchForce": "true" };

describe("conflict and force", () => {
  test("a field of another manager is refused with the manager's name and the field; the annotation takes it over", async ({
    stack,
  }) => {
    const replicas = async () => (await stack.live("apps/v1", "Deployment", "web")).spec?.["replicas"];
    stack.write(web(1));
    await stack.pulumi("up");
    await stack.patchAs("someone", "apps/v1", "Deployment", "web", { spec: { replicas: 3 } });
    stack.write(web(2));
    const refused = await stack.failing("up");
    expect(refused.output).toContain(`"someone"`);
    expect(refused.output).toContain("spec.replicas");
    expect(await replicas()).toBe(3);
    expect(stack.resource("web")).toMatchObject({ id: `${stack.namespace}/web` });

    stack.write(web(2, force));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, unchanged: 1 });
    expect(await replicas()).toBe(2);
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 2 });
  });

  test("an object that is there already is taken over only where the provider is told so", async ({ stack }) => {
    const theirs = await stack.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "theirs" },
      data: { word: "theirs" },
    });
    const program = (args: string) => `
const provider = new k8s.Provider("k8s", ${args});
new k8s.core.v1.ConfigMap("theirs", { metadata: { name: "theirs", namespace, labels: { mine: "yes" } } }, { provider });`;
    stack.write(program("{}"));
    expect((await stack.failing("up")).output).toContain("already exists");
    expect((await stack.live("v1", "ConfigMap", "theirs")).metadata.resourceVersion).toBe(
      theirs.metadata.resourceVersion,
    );
    expect(stack.resource("theirs")).toBeUndefined();

    stack.write(program("{ upsertExistingObjects: true }"));
    expect((await stack.pulumi("up")).changes).toMatchObject({ created: 1 });
    const live = await stack.live("v1", "ConfigMap", "theirs");
    expect(live.metadata.uid).toBe(theirs.metadata.uid);
    expect(live.metadata.labels).toEqual({ mine: "yes" });
    expect(live["data"]).toEqual({ word: "theirs" });
  });
});
