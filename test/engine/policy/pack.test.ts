import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rules } from "../../../policy/rules/index.ts";
import { startCluster, type Cluster } from "../../support/cluster.ts";
import { createProgram, type Program } from "../../support/program.ts";

const pack = join(import.meta.dirname, "..", "..", "..", "policy", "run");

let cluster: Cluster;
let program: Program;
beforeAll(async () => {
  cluster = await startCluster();
  program = await createProgram(cluster.kubeconfig);
});
afterAll(async () => {
  program.stop();
  await cluster.stop();
});

/** Ids of the rules that a preview reports as mandatory violations. */
async function violated(
  body: string,
): Promise<{ readonly ids: readonly string[]; readonly code: number | null; readonly output: string }> {
  program.write(body);
  const { code, output } = await program.pulumi(["preview", "--policy-pack", pack]);
  return {
    code,
    output,
    ids: rules.map(({ name }) => name).filter((id) => new RegExp(`\\[mandatory\\].* ${id} `).test(output)),
  };
}

const bad = `
const namespace = new k8s.core.v1.Namespace("open", { metadata: { name: "open" } });
new k8s.apps.v1.Deployment("bad", { metadata: { name: "bad", namespace: "open" }, spec: { selector: { matchLabels: { app: "bad" } }, template: {
  metadata: { labels: { app: "bad" } },
  spec: {
    volumes: [{ name: "host", hostPath: { path: "/" } }],
    containers: [{
      name: "server", image: "example.com/some/server:latest",
      env: [{ name: "API_TOKEN", value: "hf_abcdefghijklmnopqrstuvwxyz012345" }],
      resources: { limits: { "nvidia.com/gpu": "1" } },
      securityContext: { privileged: true, runAsUser: 0 },
    }],
  } } } }, { dependsOn: [namespace] });
new k8s.apiextensions.CustomResource("open", { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name: "open", namespace: "open" },
  spec: { gatewayClassName: "open", listeners: [{ name: "http", protocol: "HTTP", port: 80 }] } });
`;

const good = `
const metadata = { name: "closed", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
const namespace = new k8s.core.v1.Namespace("closed", { metadata });
new k8s.networking.v1.NetworkPolicy("deny", { metadata: { name: "default-deny", namespace: "closed" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } });
new k8s.apps.v1.Deployment("good", { metadata: { name: "good", namespace: "closed" }, spec: { selector: { matchLabels: { app: "good" } }, template: {
  metadata: { labels: { app: "good" } },
  spec: {
    nodeSelector: { "polymath.dev/pool": "one" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [{
      name: "server", image: "vllm/vllm-openai:v0.22.0",
      resources: { requests: { "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    }],
  } } } }, { dependsOn: [namespace] });
`;

test("the real engine refuses a stack that breaks every rule, and names each", async () => {
  const { code, ids, output } = await violated(bad);
  expect(ids, output).toEqual(rules.map(({ name }) => name));
  expect(code).not.toBe(0);
  expect(output).not.toContain("hf_abcdefghijklmnopqrstuvwxyz012345");
});

test("the real engine lets a stack pass that keeps every rule", async () => {
  const { code, ids, output } = await violated(good);
  expect(ids, output).toEqual([]);
  expect(code, output).toBe(0);
});

test("an update that the pack refuses creates nothing", async () => {
  program.write(bad);
  const { code, output } = await program.pulumi(["up", "--yes", "--policy-pack", pack]);
  expect(code).not.toBe(0);
  expect(output).toMatch(/\[mandatory\].* namespace-restricted /);
  expect(await cluster.client.find("/api/v1/namespaces/open")).toBeUndefined();
  // The same look finds a namespace that is there.
  expect(await cluster.client.find("/api/v1/namespaces/default")).toMatchObject({ metadata: { name: "default" } });
});
