import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { createProgram, type Program } from "../../support/program.ts";

let cluster: Cluster;
let program: Program;

beforeAll(async () => {
  cluster = await startCluster({ nodes: { one: { cpu: "8", memory: "32Gi" } } });
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  program = await createProgram(cluster.kubeconfig);
});
afterEach(async () => {
  await program.pulumi(["destroy", "--yes", "--skip-preview"]);
  program.stop();
});

const up = async () => program.pulumi(["up", "--yes", "--skip-preview"]);
const deploymentPath = "/apis/apps/v1/namespaces/default/deployments/web";

const deployment = (
  replicas: number,
  extra: { app?: string; annotations?: Record<string, string>; opts?: string } = {},
) => {
  const labels = { app: extra.app ?? "web" };
  const args = {
    metadata: { name: "web", ...(extra.annotations && { annotations: extra.annotations }) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "registry.example/web:1" }] } },
    },
  };
  return `new k8s.apps.v1.Deployment("web", ${JSON.stringify(args)}, ${extra.opts ?? "{}"});`;
};

/** Somebody else changes the live object. */
const scaleBy = (manager: string, replicas: number) =>
  cluster.client.request("PATCH", deploymentPath, {
    query: { fieldManager: manager },
    contentType: "application/merge-patch+json",
    body: { spec: { replicas } },
  });

test("a change that the API server allows updates the object in place", async () => {
  program.write(deployment(1));
  await up();
  const before = await cluster.client.request("GET", deploymentPath);
  program.write(deployment(2));
  const preview = await program.pulumi(["preview", "--diff"]);
  expect(preview.output).toContain("~ replicas: 1 => 2");
  expect((await up()).output).toContain("~ 1 updated");
  const after = await cluster.client.request("GET", deploymentPath);
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(after.status?.["availableReplicas"]).toBe(2);
});

test("a field taken out of the program goes from the object", async () => {
  program.write(deployment(1, { annotations: { note: "a" } }));
  await up();
  program.write(deployment(1, { annotations: {} }));
  expect((await up()).output).toContain("~ 1 updated");
  const after = await cluster.client.request("GET", deploymentPath);
  expect(after.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
});

test("a change of an immutable field replaces the object, the old one first as the name is fixed", async () => {
  program.write(deployment(1));
  await up();
  const before = await cluster.client.request("GET", deploymentPath);
  program.write(deployment(1, { app: "other" }));
  const preview = await program.pulumi(["preview"]);
  expect(preview.output).toContain("+-1 to replace");
  const replaced = await up();
  expect(replaced.output).toContain("+-1 replaced");
  expect(replaced.output.indexOf("deleted original")).toBeLessThan(replaced.output.indexOf("created replacement"));
  const after = await cluster.client.request("GET", deploymentPath);
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
});

test("changed data of a ConfigMap without a name makes a new one and removes the old", async () => {
  const configMap = (text: string) => `
const map = new k8s.core.v1.ConfigMap("script", { data: { text: ${JSON.stringify(text)} } });
export const name = map.metadata.name;`;
  const names = async () => {
    const { items } = await cluster.client.list("/api/v1/namespaces/default/configmaps");
    return items.map(({ metadata }) => metadata.name ?? "").filter((name) => name.startsWith("script-"));
  };
  program.write(configMap("a"));
  await up();
  const [first] = await names();
  expect(first).toMatch(/^script-[0-9a-f]{8}$/);
  program.write(configMap("b"));
  expect((await up()).output).toContain("+-1 replaced");
  const after = await names();
  expect(after).toHaveLength(1);
  expect(after[0]).toMatch(/^script-[0-9a-f]{8}$/);
  expect(after[0]).not.toBe(first);
});

test("a conflict names the other manager, the fields and the fix, and the annotation takes the field over", async () => {
  program.write(deployment(1));
  await up();
  await scaleBy("someone", 3);
  program.write(deployment(2));
  const sentence =
    `Fields of Deployment default/web belong to "someone": spec.replicas. ` +
    `Take them out of the program, or take them over with the annotation pulumi.com/patchForce: "true".`;
  const preview = await program.pulumi(["preview"]);
  expect(preview.output).toContain(sentence);
  const refused = await up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(sentence);
  program.write(deployment(2, { annotations: { "pulumi.com/patchForce": "true" } }));
  expect((await up()).code).toBe(0);
  expect((await cluster.client.request("GET", deploymentPath)).spec?.["replicas"]).toBe(2);
});

test("refresh shows what somebody changed, and the next preview what would be put back", async () => {
  program.write(deployment(1));
  await up();
  await scaleBy("someone", 2);
  const refresh = await program.pulumi(["refresh", "--yes", "--skip-preview", "--diff"]);
  expect(refresh.output).toContain("~ replicas: 1 => 2");
  program.write(deployment(1, { annotations: { "pulumi.com/patchForce": "true" } }));
  const preview = await program.pulumi(["preview", "--diff"]);
  expect(preview.output).toContain("~ replicas: 2 => 1");
});

test("an ignored field keeps what somebody else made of it", async () => {
  const opts = { opts: `{ ignoreChanges: ["spec.replicas"] }` };
  program.write(deployment(1, opts));
  await up();
  await scaleBy("someone", 2);
  expect((await program.pulumi(["preview", "--expect-no-changes"])).code).toBe(0);
  program.write(deployment(1, { ...opts, annotations: { note: "b" } }));
  expect((await up()).code).toBe(0);
  const after = await cluster.client.request("GET", deploymentPath);
  expect(after.spec?.["replicas"]).toBe(2);
  expect(after.metadata.annotations?.["note"]).toBe("b");
});

test("an object that somebody deleted is put back by an update, and forgotten by a refresh", async () => {
  program.write(deployment(1));
  await up();
  await cluster.client.request("DELETE", deploymentPath);
  await expect.poll(() => cluster.client.find(deploymentPath), { timeout: 60_000 }).toBeUndefined();
  const refresh = await program.pulumi(["refresh", "--preview-only"]);
  expect(refresh.output).toContain("- 1 to delete");
  expect((await up()).output).toContain("~ 1 updated");
  expect((await cluster.client.request("GET", deploymentPath)).spec?.["replicas"]).toBe(1);
});

test("an object that is already there is not taken over silently", async () => {
  await cluster.client.request("POST", "/api/v1/namespaces/default/configmaps", {
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine" }, data: { a: "1" } },
  });
  const map = (opts: string) =>
    `${opts}\nnew k8s.core.v1.ConfigMap("mine", { metadata: { name: "mine" }, data: { a: "1" } }, { provider });`;
  program.write(map(`const provider = new k8s.Provider("k8s", {});`));
  const refused = await up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    `ConfigMap default/mine already exists and is not in this stack's state. Take it into the stack with "pulumi import", ` +
      `delete it, or let the provider take it over with upsertExistingObjects: true.`,
  );
  program.write(map(`const provider = new k8s.Provider("k8s", { upsertExistingObjects: true });`));
  expect((await up()).code).toBe(0);
});

test("import takes a live object into the state without changes", async () => {
  await cluster.client.request("POST", "/api/v1/namespaces/default/configmaps", {
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs" }, data: { a: "1" } },
  });
  program.write(
    `new k8s.core.v1.ConfigMap("theirs", { metadata: { name: "theirs" }, data: { a: "1" } }, { import: "default/theirs" });`,
  );
  const run = await up();
  expect(run.output).toContain("= 1 imported");
  expect(run.code).toBe(0);
});

test("what the API server refuses is said in its own words, already by the preview", async () => {
  program.write(`new k8s.core.v1.Service("bad", { metadata: { name: "Bad_Name" }, spec: { ports: [{ port: 80 }] } });`);
  const preview = await program.pulumi(["preview"]);
  expect(preview.code).not.toBe(0);
  expect(preview.output).toContain(
    `Service "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'`,
  );
});

test("values that a preview cannot know stay unknown, and a changed provider kubeconfig replaces nothing", async () => {
  const chain = (note: string) => `
const provider = new k8s.Provider("k8s", { kubeconfig: process.env.KUBECONFIG${note} });
const first = new k8s.core.v1.ConfigMap("first", { data: { a: "1" } }, { provider });
new k8s.core.v1.ConfigMap("second", { metadata: { name: "second" }, data: { uid: first.metadata.uid } }, { provider });`;
  program.write(chain(""));
  const preview = await program.pulumi(["preview", "--diff"]);
  expect(preview.output).toContain("uid: [unknown]");
  expect((await up()).code).toBe(0);
  const { items } = await cluster.client.list("/api/v1/namespaces/default/configmaps");
  const first = items.find(({ metadata }) => metadata.name?.startsWith("first-"));
  const second = await cluster.client.request("GET", "/api/v1/namespaces/default/configmaps/second");
  expect(second["data"]).toEqual({ uid: first?.metadata.uid });
  program.write(chain(`.replace("/kubeconfig", "/./kubeconfig")`));
  const changed = await up();
  expect(changed.output).toContain("~ 1 updated");
  expect(changed.output).not.toContain("replace");
});

test("the differences of a changed Secret show neither the old value nor the new one", async () => {
  const secrets = (word: string) => `
new k8s.core.v1.Secret("text", { metadata: { name: "text" }, stringData: { key: "${word}-text" } });
new k8s.core.v1.Secret("data", { metadata: { name: "data" }, data: { key: "${Buffer.from(`${word}-data`).toString("base64")}" } });`;
  program.write(secrets("clear-old"));
  expect((await up()).code).toBe(0);
  program.write(secrets("clear-new"));
  const preview = await program.pulumi(["preview", "--diff"]);
  const changed = await program.pulumi(["up", "--yes", "--skip-preview", "--diff"]);
  expect(preview.code).toBe(0);
  expect(changed.code).toBe(0);
  for (const { output } of [preview, changed]) {
    expect(output).toContain("key: [secret] => [secret]");
    for (const clear of ["clear-old-text", "clear-new-text", "clear-old-data", "clear-new-data"]) {
      expect(output).not.toContain(clear);
      expect(output).not.toContain(Buffer.from(clear).toString("base64"));
    }
  }
  const live = await cluster.client.request("GET", "/api/v1/namespaces/default/secrets/text");
  expect(live["data"]).toEqual({ key: Buffer.from("clear-new-text").toString("base64") });
});
