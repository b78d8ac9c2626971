import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("naming", () => {
  test("an object without a name gets the program's and a suffix, and keeps it; the provider's namespace is the default", async ({
    stack,
  }) => {
    const program = (label: string) => `
const provider = new k8s.Provider("k8s", { namespace });
const metadata = { labels: { label: "${label}" } };
new k8s.core.v1.ConfigMap("made", { metadata }, { provider });
new k8s.rbac.v1.ClusterRole(namespace + "-role", { metadata, rules: [] }, { provider });`;
    const role = async () => {
      const { items } = await stack.client.list("/apis/rbac.authorization.k8s.io/v1/clusterroles");
      return items.filter(({ metadata }) => metadata.name?.startsWith(`${stack.namespace}-role-`));
    };
    const map = async () =>
      (await stack.list("v1", "ConfigMap")).filter(({ metadata }) => metadata.name?.startsWith("made-"));
    stack.write(program("a"));
    await stack.pulumi("up");
    const before = [...(await map()), ...(await role())].map(({ metadata }) => metadata);
    expect(before).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/^made-[0-9a-f]{8}$/), namespace: stack.namespace }),
      expect.objectContaining({ name: expect.stringMatching(/-role-[0-9a-f]{8}$/) }),
    ]);
    expect(before[0]?.annotations).toEqual({ "pulumi.com/autonamed": "true" });
    expect(before[1]?.namespace).toBeUndefined();

    stack.write(program("b"));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 2, unchanged: 2 });
    const after = [...(await map()), ...(await role())].map(({ metadata }) => metadata);
    expect(after.map(({ uid, name }) => [uid, name])).toEqual(before.map(({ uid, name }) => [uid, name]));
    expect(after.map(({ labels }) => labels)).toEqual([{ label: "b" }, { label: "b" }]);
    await stack.pulumi("destroy");
    expect(await role()).toEqual([]);
  });

  test("the engine's own naming rule of the stack is followed", async ({ stack }) => {
    await stack.pulumi("config", "set", "--path", "pulumi:autonaming.mode", "verbatim");
    stack.write(`new k8s.core.v1.ConfigMap("as-written", { metadata: { namespace } });`);
    await stack.pulumi("up");
    expect(await stack.find("v1", "ConfigMap", "as-written")).toBeDefined();
  });

  test("generateName makes a name with that prefix, or is refused", async ({ stack }) => {
    // The official plugin refuses it under server-side apply, which has no generated names.
    stack.write(`new k8s.core.v1.ConfigMap("made", { metadata: { generateName: "prefix-", namespace } });`);
    const { code, output } = await stack.run(["up"]);
    const made = (await stack.list("v1", "ConfigMap")).filter(({ metadata }) => metadata.name !== "kube-root-ca.crt");
    if (code === 0) {
      expect(made.map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/^prefix-./)]);
      expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 2 });
    } else {
      expect(output).toContain("generateName");
      expect(made).toEqual([]);
    }
  });
});
