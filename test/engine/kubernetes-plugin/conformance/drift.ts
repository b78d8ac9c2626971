import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("drift and refresh", () => {
  test("refresh shows what somebody changed, the next preview what would be put back, and up puts it back", async ({
    stack,
  }) => {
    // The annotation lets the update win over the other manager.
    stack.write(`
new k8s.apps.v1.Deployment("web", workload("web", { metadata: { annotations: { "pulumi.com/patchForce": "true" } } }));`);
    await stack.pulumi("up");
    // What the program says nothing about is no drift.
    await stack.patchAs("someone", "apps/v1", "Deployment", "web", { metadata: { labels: { theirs: "yes" } } });
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 2 });

    await stack.patchAs("someone", "apps/v1", "Deployment", "web", { spec: { replicas: 2 } });
    const refresh = await stack.pulumi("refresh", "--diff");
    expect(refresh.changes).toEqual({ updated: 1, unchanged: 1 });
    expect(refresh.output).toContain("~ replicas: 1 => 2");
    expect(stack.resource("web")?.outputs).toMatchObject({ spec: { replicas: 2 } });

    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.changes).toEqual({ "to update": 1, unchanged: 1 });
    expect(preview.output).toContain("~ replicas: 2 => 1");
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, unchanged: 1 });
    const live = await stack.live("apps/v1", "Deployment", "web");
    expect(live.spec?.["replicas"]).toBe(1);
    expect(live.metadata.labels).toEqual({ theirs: "yes" });
    expect((await stack.pulumi("refresh", "--expect-no-changes")).changes).toEqual({ unchanged: 2 });
  });

  test("an object that somebody deleted is forgotten by a refresh and made again by the next up", async ({ stack }) => {
    stack.write(`
new k8s.core.v1.ConfigMap("kept", { metadata: { name: "kept", namespace } });
new k8s.core.v1.ConfigMap("lost", { metadata: { name: "lost", namespace } });`);
    await stack.pulumi("up");
    await stack.client.request("DELETE", await stack.path("v1", "ConfigMap", "lost"));
    expect((await stack.pulumi("refresh")).changes).toEqual({ deleted: 1, unchanged: 2 });
    expect(stack.resource("lost")).toBeUndefined();
    expect((await stack.pulumi("up")).changes).toEqual({ created: 1, unchanged: 2 });
    expect(await stack.find("v1", "ConfigMap", "lost")).toBeDefined();

    // A destroy finds nothing to do for what is gone, and does not fail.
    await stack.client.request("DELETE", await stack.path("v1", "ConfigMap", "lost"));
    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 3 });
  });
});
