import { describe, expect } from "vitest";
import { test } from "./stack.ts";

const words = ["text", "data", "list", "map"] as const;
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("secrets", () => {
  test("secret inputs are in the cluster, and nowhere in clear in the state, in differences or in outputs", async ({
    stack,
  }) => {
    // The SDK marks what a Secret holds, whether the program does or not.
    const program = (age: string) => `
const text = new k8s.core.v1.Secret("text", { metadata: { name: "text", namespace }, stringData: { key: pulumi.secret("clear-${age}-text") } });
new k8s.core.v1.Secret("data", { metadata: { name: "data", namespace }, data: { key: "${base64(`clear-${age}-data`)}" } });
const web = new k8s.apps.v1.Deployment("web", workload("web", { container: { env: [{ name: "TOKEN", value: pulumi.secret("clear-${age}-list") }] } }));
new k8s.core.v1.ConfigMap("map", { metadata: { name: "map", namespace }, data: { key: pulumi.secret("clear-${age}-map"), open: "open-word" } });
export const shown = text.data;
export const inList = web.spec.template.spec.containers[0].env[0].value;`;
    const hides = (output: string) => {
      for (const clear of words.flatMap((word) => [`clear-old-${word}`, `clear-new-${word}`])) {
        expect(output).not.toContain(clear);
        expect(output).not.toContain(base64(clear));
      }
    };
    stack.write(program("old"));
    const up = await stack.pulumi("up", "--diff");
    expect(up.output).toMatch(/inList: \[secret\]\n {4}shown *: \[secret\]\n/);
    const exported = await stack.pulumi("stack", "export");
    // Not everything is encrypted for that.
    expect(exported.output).toContain("open-word");
    stack.write(program("new"));
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.output).toContain("[secret]");
    const changed = await stack.pulumi("up", "--diff");
    const refreshed = await stack.pulumi("refresh", "--diff");
    for (const { output } of [up, exported, preview, changed, refreshed, await stack.pulumi("stack", "export")])
      hides(output);

    expect((await stack.live("v1", "Secret", "text"))["data"]).toEqual({ key: base64("clear-new-text") });
    expect((await stack.live("v1", "Secret", "data"))["data"]).toEqual({ key: base64("clear-new-data") });
    expect((await stack.live("v1", "ConfigMap", "map"))["data"]).toEqual({ key: "clear-new-map", open: "open-word" });
    const { spec } = await stack.live("apps/v1", "Deployment", "web");
    expect(spec).toMatchObject({
      template: { spec: { containers: [{ env: [{ name: "TOKEN", value: "clear-new-list" }] }] } },
    });
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });
  });

  test("a secret in an object that the API server refuses is not in the error", async ({ stack }) => {
    stack.write(`
new k8s.core.v1.Secret("bad", { metadata: { name: "bad", namespace }, type: "kubernetes.io/tls", stringData: { key: pulumi.secret("clear-word") } });`);
    const refused = await stack.failing("up");
    expect(refused.output).toContain("tls.crt");
    expect(refused.output).not.toContain("clear-word");
    expect(refused.output).not.toContain(base64("clear-word"));
  });
});
