import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("list kinds", () => {
  test("a list is no object: it is refused by name and nothing of it is made", async ({ stack }) => {
    stack.write(`
new k8s.core.v1.ConfigMapList("maps", { items: [{ metadata: { name: "a", namespace } }, { metadata: { name: "b", namespace } }] });`);
    for (const command of ["preview", "up"]) {
      const refused = await stack.failing(command);
      expect(refused.output).toMatch(/kubernetes:core\/v1:ConfigMapList \(?maps\)?|ConfigMapList maps/);
      expect(refused.output).toContain("error:");
    }
    expect((await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name)).toEqual(["kube-root-ca.crt"]);
    expect(stack.resource("maps")).toBeUndefined();
  });
});
