import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("unknown values in a preview", () => {
  test("what only the controllers can say stays unknown, names included, and is filled in by up", async ({ stack }) => {
    // A status is known to no preview; identities may come from a dry run.
    const program = (replicas: number) => `
const web = new k8s.apps.v1.Deployment("web", workload("web", { replicas: ${replicas} }));
const ready = web.status.readyReplicas.apply(String);
new k8s.core.v1.ConfigMap("reader", { metadata: { name: "reader", namespace }, data: { ready } });
new k8s.core.v1.ConfigMap("named", { metadata: { name: pulumi.interpolate\`named-\${ready}\`, namespace } });
new k8s.core.v1.ConfigMap("inside", { metadata: web.status.apply(() => ({ name: "inside", namespace })) });
export const out = ready;`;
    stack.write(program(1));
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.changes).toEqual({ "to create": 5 });
    expect(preview.output).toContain("ready: [unknown]");
    expect((await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name)).toEqual(["kube-root-ca.crt"]);

    expect((await stack.pulumi("up")).changes).toEqual({ created: 5 });
    expect((await stack.live("v1", "ConfigMap", "reader"))["data"]).toEqual({ ready: "1" });
    expect(await stack.find("v1", "ConfigMap", "named-1")).toBeDefined();
    expect(await stack.find("v1", "ConfigMap", "inside")).toBeDefined();
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });

    stack.write(program(2));
    await stack.pulumi("preview");
    const up = await stack.pulumi("up");
    expect(up.output).toMatch(/out: "2"|"1" => "2"/);
    expect((await stack.live("v1", "ConfigMap", "reader"))["data"]).toEqual({ ready: "2" });
    expect(await stack.find("v1", "ConfigMap", "named-2")).toBeDefined();
    expect(await stack.find("v1", "ConfigMap", "named-1")).toBeUndefined();
  });

  test("a cluster that the same program makes: its objects are counted before it is there; a moved kubeconfig replaces nothing", async ({
    stack,
  }) => {
    const program = (path: string) => `
const cluster = new k8s.apps.v1.Deployment("cluster", workload("cluster"));
const provider = new k8s.Provider("made", { kubeconfig: cluster.status.apply(() => process.env.KUBECONFIG${path}) });
new k8s.core.v1.ConfigMap("within", { metadata: { name: "within", namespace }, data: { a: "1" } }, { provider });`;
    stack.write(program(""));
    expect((await stack.pulumi("preview")).changes).toMatchObject({ "to create": 4 });
    await stack.pulumi("up");
    const before = await stack.live("v1", "ConfigMap", "within");
    stack.write(program(`.replace("/kubeconfig", "/./kubeconfig")`));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, unchanged: 3 });
    expect((await stack.live("v1", "ConfigMap", "within")).metadata.uid).toBe(before.metadata.uid);
  });
});
