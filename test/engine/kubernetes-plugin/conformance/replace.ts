import { describe, expect } from "vitest";
import { test } from "./stack.ts";

/** Where the engine says that it has begun to delete the old object and to create the new one. */
const steps = (output: string, name: string) =>
  output
    .split("\n")
    .filter((line) => line.includes(` ${name} `))
    .flatMap((line) => /(deleted original|created replacement)/.exec(line)?.[1] ?? []);

describe("replace", () => {
  test("the old object goes first where the name is fixed; where it is not, the new one comes first", async ({
    stack,
  }) => {
    const program = (word: string) => `
new k8s.apps.v1.Deployment("fixed", { ...workload("fixed"), spec: { ...workload("${word}").spec } });
const made = new k8s.core.v1.ConfigMap("made", { metadata: { namespace }, data: { word: "${word}" } });
new k8s.core.v1.ConfigMap("renamed", { metadata: { name: "renamed-${word}", namespace } });
new k8s.core.v1.ServiceAccount("reader", { metadata: { name: "reader", namespace, annotations: { reads: made.metadata.name } } });`;
    stack.write(program("old"));
    await stack.pulumi("up");
    const uid = async () => (await stack.live("apps/v1", "Deployment", "fixed")).metadata.uid;
    const maps = async () => {
      const names = (await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name ?? "");
      return names.filter((name) => !name.startsWith("kube-")).toSorted();
    };
    const before = await uid();
    const [madeBefore = ""] = await maps();
    expect(await maps()).toEqual([expect.stringMatching(/^made-/), "renamed-old"]);

    stack.write(program("new"));
    const preview = await stack.pulumi("preview");
    expect(preview.changes).toEqual({ "to replace": 3, "to update": 1, unchanged: 1 });
    expect(await uid()).toBe(before);

    const up = await stack.pulumi("up");
    expect(up.changes).toEqual({ replaced: 3, updated: 1, unchanged: 1 });
    expect(steps(up.output, "fixed")).toEqual(["deleted original", "created replacement"]);
    expect(steps(up.output, "made")).toEqual(["created replacement", "deleted original"]);
    expect(steps(up.output, "renamed")).toEqual(["created replacement", "deleted original"]);
    expect(await uid()).not.toBe(before);
    const after = await maps();
    expect(after).toEqual([expect.stringMatching(/^made-/), "renamed-new"]);
    expect(after).not.toContain(madeBefore);
    // What reads a made name follows it.
    expect((await stack.live("v1", "ServiceAccount", "reader")).metadata.annotations?.["reads"]).toBe(after[0]);
    expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });
  });

  test("content that pods would not notice replaces a ConfigMap and a Secret, unless the provider lets it change", async ({
    stack,
  }) => {
    const program = (word: string) => `
const mutable = new k8s.Provider("mutable", { enableConfigMapMutable: true, enableSecretMutable: true });
const fixed = (name) => ({ metadata: { name, namespace }, data: { word: "${word}" } });
const secret = (name) => ({ metadata: { name, namespace }, stringData: { word: "${word}" } });
new k8s.core.v1.ConfigMap("replaced-map", fixed("replaced-map"));
new k8s.core.v1.Secret("replaced-secret", secret("replaced-secret"));
new k8s.core.v1.ConfigMap("changed-map", fixed("changed-map"), { provider: mutable });
new k8s.core.v1.Secret("changed-secret", secret("changed-secret"), { provider: mutable });`;
    const uids = async () => ({
      map: (await stack.live("v1", "ConfigMap", "changed-map")).metadata.uid,
      secret: (await stack.live("v1", "Secret", "changed-secret")).metadata.uid,
    });
    stack.write(program("old"));
    await stack.pulumi("up");
    const before = await uids();
    stack.write(program("new"));
    expect((await stack.pulumi("up")).changes).toEqual({ replaced: 2, updated: 2, unchanged: 2 });
    expect(await uids()).toEqual(before);
    expect((await stack.live("v1", "ConfigMap", "changed-map"))["data"]).toEqual({ word: "new" });
    expect((await stack.live("v1", "ConfigMap", "replaced-map"))["data"]).toEqual({ word: "new" });
    expect((await stack.live("v1", "Secret", "changed-secret"))["data"]).toEqual({ word: btoa("new") });
  });
});
