import { describe, expect } from "vitest";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";
import { type Stack, test } from "./stack.ts";

const manager = "pulumi.com/patchFieldManager";

/** Somebody else's Deployment and ConfigMap, to be patched. */
async function theirs({ create }: Stack): Promise<{ web: KubeObject; map: KubeObject }> {
  const labels = { app: "web" };
  const web = await create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "registry.example/web:1" }] } },
    },
  });
  const map = await create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "map" }, data: { theirs: "1" } });
  return { web, map };
}
const managers = (object: KubeObject) =>
  object.metadata.managedFields?.filter(({ operation }) => operation === "Apply").map((entry) => entry.manager);

describe("patch resources", () => {
  test("a patch owns its fields alone: made, changed, left in the cluster's object when it goes", async ({ stack }) => {
    const { web, map } = await theirs(stack);
    const program = (note: string, second: string) => `
new k8s.apps.v1.DeploymentPatch("note", { metadata: { name: "web", namespace, annotations: { "${manager}": "note-taker", note: "${note}" } } });
new k8s.core.v1.ConfigMapPatch("first", { metadata: { name: "map", namespace }, data: { first: "1" } });
${second}`;
    const data = async () => (await stack.live("v1", "ConfigMap", "map"))["data"];
    const both = `new k8s.core.v1.ConfigMapPatch("second", { metadata: { name: "map", namespace }, data: { second: "2" } });`;
    stack.write(program("a", both));
    expect((await stack.pulumi("up")).changes).toEqual({ created: 4 });
    const patched = await stack.live("apps/v1", "Deployment", "web");
    expect(patched.metadata.uid).toBe(web.metadata.uid);
    expect(patched.metadata.annotations?.["note"]).toBe("a");
    expect(managers(patched)).toEqual(["note-taker"]);
    expect(await data()).toEqual({ theirs: "1", first: "1", second: "2" });
    for (const command of ["preview", "refresh"])
      expect((await stack.pulumi(command, "--expect-no-changes")).changes).toEqual({ unchanged: 4 });

    stack.write(program("b", ""));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, deleted: 1, unchanged: 2 });
    expect((await stack.live("apps/v1", "Deployment", "web")).metadata.annotations?.["note"]).toBe("b");
    expect(await data()).toEqual({ theirs: "1", first: "1" });

    await stack.pulumi("destroy");
    const after = await stack.live("apps/v1", "Deployment", "web");
    expect(after.metadata.uid).toBe(web.metadata.uid);
    expect(after.metadata.annotations?.["note"]).toBeUndefined();
    expect((await stack.live("v1", "ConfigMap", "map")).metadata.uid).toBe(map.metadata.uid);
    expect(await data()).toEqual({ theirs: "1" });
  });

  test("a patch of a field that another manager owns is refused; the annotation takes it over", async ({ stack }) => {
    await theirs(stack);
    await stack.patchAs("someone", "apps/v1", "Deployment", "web", { spec: { replicas: 3 } });
    const program = (annotations: object) => `
new k8s.apps.v1.DeploymentPatch("scale", { metadata: { name: "web", namespace, annotations: ${JSON.stringify(annotations)} }, spec: { replicas: 2 } });`;
    stack.write(program({}));
    const refused = await stack.failing("up");
    expect(refused.output).toContain(`"someone"`);
    expect(refused.output).toContain("spec.replicas");
    stack.write(program({ "pulumi.com/patchForce": "true" }));
    await stack.pulumi("up");
    expect((await stack.live("apps/v1", "Deployment", "web")).spec?.["replicas"]).toBe(2);
  });

  test("a patch without a name, or of nothing that is there, fails and makes nothing", async ({ stack }) => {
    stack.write(`new k8s.core.v1.ConfigMapPatch("nameless", { metadata: { namespace }, data: { a: "1" } });`);
    expect((await stack.failing("up")).output).toContain("metadata.name");
    stack.write(
      `new k8s.apps.v1.DeploymentPatch("missing", { metadata: { name: "missing", namespace }, spec: { replicas: 2 } });`,
    );
    expect((await stack.failing("up")).output).toContain("kubernetes:apps/v1:DeploymentPatch (missing)");
    expect(await stack.list("apps/v1", "Deployment")).toEqual([]);
    expect((await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name)).toEqual(["kube-root-ca.crt"]);
    expect(stack.resource("missing")).toBeUndefined();
  });
});
