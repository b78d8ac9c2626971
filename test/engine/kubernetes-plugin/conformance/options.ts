import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("resource options", () => {
  test("ignoreChanges keeps what somebody else made of a field, through updates of others", async ({ stack }) => {
    const web = (replicas: number, note: string) => `
new k8s.apps.v1.Deployment("web", workload("web", { replicas: ${replicas}, metadata: { annotations: { note: "${note}" } } }),
  { ignoreChanges: ["spec.replicas"] });`;
    stack.write(web(1, "a"));
    await stack.pulumi("up");
    await stack.patchAs("someone", "apps/v1", "Deployment", "web", { spec: { replicas: 2 } });
    stack.write(web(3, "a"));
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 2 });
    stack.write(web(3, "b"));
    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, unchanged: 1 });
    const live = await stack.live("apps/v1", "Deployment", "web");
    expect(live.spec?.["replicas"]).toBe(2);
    expect(live.metadata.annotations?.["note"]).toBe("b");
  });

  test("import takes a live object into the state as it is, and then it is the stack's own; get only reads one", async ({
    stack,
  }) => {
    const map = (name: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, labels: { a: "1" } },
      data: { word: name },
    });
    const theirs = await stack.create(map("theirs"));
    await stack.create(map("read"));
    const program = (labels: object, options: string) => `
new k8s.core.v1.ConfigMap("theirs", { metadata: { name: "theirs", namespace, labels: ${JSON.stringify(labels)} }, data: { word: "theirs" } }, ${options});
export const word = k8s.core.v1.ConfigMap.get("read", namespace + "/read").data.word;`;
    stack.write(program({ a: "1" }, "{ import: namespace + '/theirs' }"));
    const up = await stack.pulumi("up");
    expect(up.changes).toMatchObject({ imported: 1 });
    expect(up.output).toContain(`word: "read"`);
    expect((await stack.live("v1", "ConfigMap", "theirs")).metadata.resourceVersion).toBe(
      theirs.metadata.resourceVersion,
    );

    stack.write(program({ a: "1", b: "2" }, "{}"));
    expect((await stack.pulumi("up")).changes).toMatchObject({ updated: 1 });
    const live = await stack.live("v1", "ConfigMap", "theirs");
    expect(live.metadata.uid).toBe(theirs.metadata.uid);
    expect(live.metadata.labels).toEqual({ a: "1", b: "2" });
    await stack.pulumi("destroy");
    expect(await stack.find("v1", "ConfigMap", "theirs")).toBeUndefined();
    expect(await stack.find("v1", "ConfigMap", "read")).toBeDefined();
  });

  test("retainOnDelete, replaceOnChanges, deleteBeforeReplace, protect and aliases", async ({ stack }) => {
    const program = (word: string, renamed: string, alias: string) => `
const map = (name, metadata, options) => new k8s.core.v1.ConfigMap(name, { metadata: { namespace, ...metadata }, data: { a: "1" } }, options);
map("retained", { name: "retained" }, { retainOnDelete: true });
map("replaced", { labels: { word: "${word}" } }, { replaceOnChanges: ["metadata.labels"] });
new k8s.core.v1.ConfigMap("first", { metadata: { namespace }, data: { word: "${word}" } }, { deleteBeforeReplace: true });
map("protected", { name: "protected" }, { protect: true });
map("${renamed}", { name: "aliased" }, ${alias});
map("${renamed}-made", {}, ${alias.replace("older", "older-made")});`;
    const names = async (prefix: string) =>
      (await stack.list("v1", "ConfigMap"))
        .map(({ metadata }) => metadata.name ?? "")
        .filter((name) => name.startsWith(prefix));
    stack.write(program("old", "older", "{}"));
    await stack.pulumi("up");
    const aliased = await stack.live("v1", "ConfigMap", "aliased");
    const made = await names("older-made-");
    const [replaced = ""] = await names("replaced-");
    expect(made).toHaveLength(1);

    // Another name in the program, but for the alias the same resources.
    stack.write(program("new", "newer", `{ aliases: [{ name: "older" }] }`));
    const up = await stack.pulumi("up");
    expect(up.changes).toEqual({ replaced: 2, unchanged: 5 });
    expect((await stack.live("v1", "ConfigMap", "aliased")).metadata.uid).toBe(aliased.metadata.uid);
    expect(await names("older-made-")).toEqual(made);
    expect(await names("newer")).toEqual([]);
    expect(await names("replaced-")).toHaveLength(1);
    expect(await names("replaced-")).not.toContain(replaced);
    const order = up.output.split("\n").filter((line) => / first (deleted original|created replacement)/.test(line));
    expect(order).toEqual([
      expect.stringContaining("deleted original"),
      expect.stringContaining("created replacement"),
    ]);

    expect((await stack.failing("destroy")).output).toContain("protected");
    expect(await stack.find("v1", "ConfigMap", "protected")).toBeDefined();
    await stack.pulumi("state", "unprotect", "--all", "--yes");
    await stack.pulumi("destroy");
    expect((await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name)).toEqual([
      "kube-root-ca.crt",
      "retained",
    ]);
    expect(stack.state().resources).toEqual([]);
  });
});
