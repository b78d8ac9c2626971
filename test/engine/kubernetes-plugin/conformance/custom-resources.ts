import { describe, expect } from "vitest";
import { test } from "./stack.ts";

/** Definitions of a namespaced kind Part and a cluster-scoped kind Plant in a group of the test's own. */
const definitions = (versions: readonly string[]) => `
const group = namespace + ".example.io";
const definition = (scope, kind, plural) => new k8s.apiextensions.v1.CustomResourceDefinition(plural, {
  metadata: { name: plural + "." + group },
  spec: { group, scope, names: { plural, singular: kind.toLowerCase(), kind, listKind: kind + "List" },
    versions: ${JSON.stringify(versions)}.map((name, index) => ({ name, served: true, storage: index === 0, schema: { openAPIV3Schema: { type: "object", properties: {
      spec: { type: "object", properties: { weight: { type: "integer", default: 7 }, color: { type: "string" } } },
    } } } })) },
});
const custom = (name, kind, metadata, spec, options) =>
  new k8s.apiextensions.CustomResource(name, { apiVersion: group + "/v1", kind, metadata, spec }, options);
`;

describe("custom resources", () => {
  test("with their definitions in one program, namespaced and cluster-scoped: made, changed, deleted", async ({
    stack,
  }) => {
    const { client, namespace } = stack;
    const part = `/apis/${namespace}.example.io/v1/namespaces/${namespace}/parts/part`;
    const plant = `/apis/${namespace}.example.io/v1/plants/${namespace}-plant`;
    const program = (color: string, versions: readonly string[]) => `${definitions(versions)}
const dependsOn = [definition("Namespaced", "Part", "parts"), definition("Cluster", "Plant", "plants")];
custom("part", "Part", { name: "part", namespace }, { color: "${color}" }, { dependsOn });
custom("plant", "Plant", { name: namespace + "-plant" }, { color: "${color}" }, { dependsOn });`;
    stack.write(program("red", ["v1"]));
    expect((await stack.pulumi("up")).changes).toEqual({ created: 5 });
    const before = await client.request("GET", part);
    expect(before.spec).toEqual({ color: "red", weight: 7 });
    expect(stack.resource("part")?.id).toBe(`${namespace}/part`);
    expect(stack.resource("plant")?.id).toBe(`${namespace}-plant`);
    expect((await stack.pulumi("preview", "--refresh", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });

    stack.write(program("blue", ["v1", "v2"]));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 4, unchanged: 1 });
    const after = await client.request("GET", part);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.spec).toEqual({ color: "blue", weight: 7 });
    expect((await client.request("GET", plant.replace("/v1/", "/v2/"))).spec).toEqual({ color: "blue", weight: 7 });

    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 5 });
    expect(await client.find(part)).toBeUndefined();
    expect(await client.find(plant)).toBeUndefined();
  });

  test("before their definition, without a word of the order: up waits for the kind to be served", async ({
    stack,
  }) => {
    stack.write(`${definitions(["v1"])}
custom("part", "Part", { name: "part", namespace }, { color: "red" });
custom("plant", "Plant", { name: namespace + "-plant" }, { color: "red" });
definition("Namespaced", "Part", "parts");
definition("Cluster", "Plant", "plants");`);
    expect((await stack.pulumi("preview")).changes).toEqual({ "to create": 5 });
    await stack.pulumi("up");
    expect((await stack.live(`${stack.namespace}.example.io/v1`, "Part", "part")).spec).toEqual({
      color: "red",
      weight: 7,
    });
    // Its scope was not known when it was checked.
    expect(stack.resource("plant")?.id).toBe(`${stack.namespace}-plant`);
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });

    // Somebody deletes the definitions, and with them the objects.
    for (const plural of ["parts", "plants"]) {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${stack.namespace}.example.io`;
      await stack.client.request("DELETE", path);
      await expect.poll(() => stack.client.find(path), { timeout: 60_000 }).toBeUndefined();
    }
    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 5 });
  });
});
