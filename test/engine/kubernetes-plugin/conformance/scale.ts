import { describe, expect } from "vitest";
import { test } from "./stack.ts";

const count = 500;

describe("scale", () => {
  test(`${count} objects: up, a preview without changes, destroy`, async ({ stack }) => {
    stack.write(`
const kinds = [k8s.core.v1.ConfigMap, k8s.core.v1.Secret, k8s.core.v1.ServiceAccount, k8s.networking.v1.NetworkPolicy, k8s.rbac.v1.Role];
const specs = [{ data: { a: "1" } }, { stringData: { a: "1" } }, {}, { spec: { podSelector: {} } }, { rules: [] }];
for (let i = 0; i < ${count}; i += 1) {
  const name = "object-" + i;
  new kinds[i % kinds.length](name, { metadata: { name, namespace }, ...specs[i % kinds.length] });
}`);
    const live = async () => {
      const kinds = [
        ["v1", "ConfigMap"],
        ["v1", "Secret"],
        ["v1", "ServiceAccount"],
        ["networking.k8s.io/v1", "NetworkPolicy"],
        ["rbac.authorization.k8s.io/v1", "Role"],
      ] as const;
      const lists = await Promise.all(kinds.map(([apiVersion, kind]) => stack.list(apiVersion, kind)));
      return lists.flat().filter(({ metadata }) => metadata.name?.startsWith("object-")).length;
    };
    expect((await stack.pulumi("up")).changes).toEqual({ created: count + 1 });
    expect(await live()).toBe(count);
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: count + 1 });
    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: count + 1 });
    expect(await live()).toBe(0);
  });
});
