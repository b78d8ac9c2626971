import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../../support/cluster.ts";
import { createProgram, type Program } from "../../../support/program.ts";

describe("what the stand-in does not do", () => {
  let cluster: Cluster;
  let program: Program;
  beforeAll(async () => {
    cluster = await startCluster();
    program = await createProgram(cluster.kubeconfig);
  });
  afterAll(async () => {
    program?.stop();
    await cluster?.stop();
  });

  test.each([
    ["kubernetes:helm.sh/v3:Release", `new k8s.helm.v3.Release("x", { chart: "c" });`],
    ["kubernetes:helm.sh/v4:Chart", `new k8s.helm.v4.Chart("x", { chart: "c" });`],
    ["kubernetes:yaml/v2:ConfigGroup", `new k8s.yaml.v2.ConfigGroup("x", { yaml: "a: 1" });`],
    ["kubernetes:kustomize/v2:Directory", `new k8s.kustomize.v2.Directory("x", { directory: "." });`],
    ["kubernetes:yaml:decode", `new k8s.yaml.ConfigGroup("x", { yaml: "a: 1" });`],
  ])("%s is refused with what to do instead", async (token, body) => {
    program.write(body);
    const preview = await program.pulumi(["preview"]);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(
      `The stand-in Kubernetes plugin does not support ${token}; ` +
        "install the official plugin with `pulumi plugin install resource kubernetes 4.34.2`",
    );
  });

  test.each([
    [
      "a list",
      `new k8s.core.v1.ConfigMapList("list", { items: [] });`,
      "kubernetes:core/v1:ConfigMapList is a list and cannot be created as one resource. " +
        "Declare each of its items as a resource of its own: kubernetes:core/v1:ConfigMap.",
    ],
    [
      "a patch without a name",
      `new k8s.core.v1.ConfigMapPatch("nameless", { data: { a: "1" } });`,
      "kubernetes:core/v1:ConfigMapPatch has no metadata.name. Give it the name of the object to patch.",
    ],
    [
      "a patch of nothing",
      `new k8s.core.v1.ConfigMapPatch("missing", { metadata: { name: "missing" }, data: { a: "1" } });`,
      "ConfigMap default/missing does not exist, so there is nothing to patch. Create it first (dependsOn, where the same program " +
        "does), or declare it as a ConfigMap, not as a ConfigMapPatch.",
    ],
  ])("%s is refused with what to do instead", async (_, body, sentence) => {
    program.write(body);
    const up = await program.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.code).not.toBe(0);
    expect(up.output).toContain(sentence);
  });

  test.each([
    [
      "enableServerSideApply: false",
      "The stand-in Kubernetes plugin only does server-side apply; leave out enableServerSideApply: false.",
    ],
    [
      `renderYamlToDirectory: "out"`,
      "The stand-in Kubernetes plugin does not render YAML; leave out renderYamlToDirectory.",
    ],
    [
      `kubeconfig: "/nowhere/config"`,
      `No kubeconfig at /nowhere/config. Set the provider's "kubeconfig" to a kubeconfig's content or path.`,
    ],
    [`context: "other"`, `The kubeconfig has no usable context "other"; it has: rehearsal.`],
  ])("a provider with %s is refused", async (args, sentence) => {
    program.write(`const provider = new k8s.Provider("k8s", { ${args} });
new k8s.core.v1.ConfigMap("x", {}, { provider });`);
    const preview = await program.pulumi(["preview"]);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(sentence);
  });
});

describe("an API server that is gone", () => {
  let cluster: Cluster;
  const programs: Program[] = [];
  const created = async (provider: string, name: string): Promise<Program> => {
    const program = await createProgram(cluster.kubeconfig);
    programs.push(program);
    program.write(`const provider = new k8s.Provider("k8s", ${provider});
new k8s.core.v1.ConfigMap("${name}", { metadata: { name: "${name}" } }, { provider });`);
    expect((await program.pulumi(["up", "--yes", "--skip-preview"])).code).toBe(0);
    return program;
  };
  afterAll(async () => {
    for (const program of programs) program.stop();
    await cluster?.stop();
  });

  test("is named by every command, and nothing is forgotten; with deleteUnreachable it holds up no destroy", async () => {
    cluster = await startCluster();
    const kept = await created("{}", "kept");
    const forgotten = await created("{ deleteUnreachable: true }", "forgotten");
    await cluster.apiServer.kill();
    for (const args of [["preview"], ["refresh", "--yes", "--skip-preview"], ["destroy", "--yes", "--skip-preview"]]) {
      const run = await kept.pulumi(args);
      expect(run.code).not.toBe(0);
      expect(run.output).toContain(`The API server ${cluster.client.server} did not answer GET `);
    }
    expect(kept.stateFile()).toContain('"id":"default/kept"');

    const destroy = await forgotten.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(destroy.output).toContain(
      `ConfigMap default/forgotten is forgotten without being deleted: the API server ${cluster.client.server} cannot be reached, and deleteUnreachable is set.`,
    );
    expect(destroy.code).toBe(0);
    expect(forgotten.stateFile()).not.toContain('"id":"default/forgotten"');
  });
});

describe("without the rehearsal's token", () => {
  const main = join(import.meta.dirname, "../../../../rehearsal/kubernetes-plugin/main.ts");
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "polymath-token-"));
    writeFileSync(join(folder, "token"), "right");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["no token", {}],
    ["a wrong token", { POLYMATH_REHEARSAL_TOKEN: "wrong", POLYMATH_REHEARSAL_TOKEN_FILE: "token" }],
    ["no file", { POLYMATH_REHEARSAL_TOKEN: "right", POLYMATH_REHEARSAL_TOKEN_FILE: "missing" }],
    ["an empty token", { POLYMATH_REHEARSAL_TOKEN: "", POLYMATH_REHEARSAL_TOKEN_FILE: "token" }],
  ])("the plugin does not start: %s", (_, env) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, "127.0.0.1:1"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "This is not the official Kubernetes plugin: it is Polymath's stand-in and only serves a rehearsal " +
        "(POLYMATH_REHEARSAL_TOKEN is not the content of the file that POLYMATH_REHEARSAL_TOKEN_FILE names). " +
        "Install the official one with `pulumi plugin install resource kubernetes 4.34.2`.\n",
    );
  });
});
