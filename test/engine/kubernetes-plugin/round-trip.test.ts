import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { createProgram, type Program } from "../../support/program.ts";

let cluster: Cluster;
let program: Program;

beforeAll(async () => {
  cluster = await startCluster({ nodes: { "gpu-1": { cpu: "8", memory: "32Gi", "nvidia.com/gpu": "2" } } });
  program = await createProgram(cluster.kubeconfig);
});
afterAll(async () => {
  program?.stop();
  await cluster?.stop();
});

const everyKind = `
const crd = new k8s.apiextensions.v1.CustomResourceDefinition("crd", {
  metadata: { name: "httproutes.gateway.example.io" },
  spec: {
    group: "gateway.example.io", scope: "Namespaced",
    names: { plural: "httproutes", singular: "httproute", kind: "HTTPRoute", listKind: "HTTPRouteList" },
    versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: "object", properties: {
      spec: { type: "object", properties: { hostnames: { type: "array", items: { type: "string" } }, weight: { type: "integer", default: 1 } } },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    } } } }],
  },
});
const ns = new k8s.core.v1.Namespace("models", { metadata: { name: "models" } });
const metadata = { namespace: ns.metadata.name };
const labels = { app: "web" };
const account = new k8s.core.v1.ServiceAccount("runner", { metadata: { ...metadata, name: "runner" }, automountServiceAccountToken: false });
new k8s.core.v1.ConfigMap("config", { metadata, data: { "main.py": "print(1)\\n" } });
new k8s.core.v1.Secret("keys", { metadata, stringData: { key: pulumi.secret("clear-value-1") } });
new k8s.core.v1.Secret("unmarked", { metadata, stringData: { key: "clear-value-2" } });
const web = new k8s.apps.v1.Deployment("web", { metadata: { ...metadata, name: "web" }, spec: { replicas: 2, selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { serviceAccountName: account.metadata.name, containers: [{ name: "web", image: "registry.example/web:1",
    resources: { limits: { cpu: "1000m", memory: "1024Mi", "nvidia.com/gpu": 1 } },
    env: [{ name: "TOKEN", value: pulumi.secret("clear-value-3") }] }] } } } });
new k8s.apps.v1.DaemonSet("agent", { metadata, spec: { selector: { matchLabels: { app: "agent" } },
  template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "agent", image: "registry.example/agent:1" }] } } } });
new k8s.apps.v1.StatefulSet("store", { metadata, spec: { serviceName: "store", selector: { matchLabels: { app: "store" } },
  template: { metadata: { labels: { app: "store" } }, spec: { containers: [{ name: "store", image: "registry.example/store:1" }] } } } });
const service = new k8s.core.v1.Service("web", { metadata: { ...metadata, name: "web" }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8000 }] } });
const late = new k8s.storage.v1.StorageClass("late", { metadata: { name: "late" }, provisioner: "example.io/none", volumeBindingMode: "WaitForFirstConsumer" });
new k8s.core.v1.PersistentVolumeClaim("cache", { metadata, spec: { storageClassName: late.metadata.name, accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "10240Mi" } } } });
new k8s.networking.v1.NetworkPolicy("deny", { metadata, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } });
new k8s.policy.v1.PodDisruptionBudget("web", { metadata, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
new k8s.batch.v1.Job("load", { metadata, spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "load", image: "registry.example/load:1" }] } } } });
new k8s.apiextensions.CustomResource("route", { apiVersion: "gateway.example.io/v1", kind: "HTTPRoute", metadata: { ...metadata, name: "web" },
  spec: { hostnames: ["a.example"] } }, { dependsOn: [crd] });
export const ready = web.status.readyReplicas;
export const ip = service.spec.clusterIP;
`;

test("up, preview and refresh without changes, secrets only as ciphertext, destroy leaves nothing", async () => {
  program.write(everyKind);
  const preview = await program.pulumi(["preview"]);
  expect(preview.output).toContain("+ 17 to create");
  expect(await cluster.client.find("/api/v1/namespaces/models")).toBeUndefined();

  const up = await program.pulumi(["up", "--yes", "--skip-preview"]);
  expect(up.output).toContain("+ 17 created");
  expect(up.output).toMatch(/ip {3}: "10\.0\.0\.\d+"\n {4}ready: 2\n/);
  expect(up.code).toBe(0);

  const state = program.stateFile();
  for (const clear of ["clear-value-1", "clear-value-2", "clear-value-3"]) {
    expect(state).not.toContain(clear);
    expect(state).not.toContain(Buffer.from(clear).toString("base64"));
  }
  expect(state).toContain('"ciphertext"');
  const exported = await program.pulumi(["stack", "export"]);
  expect(exported.output).not.toContain("clear-value");

  for (const args of [
    ["preview", "--expect-no-changes"],
    ["refresh", "--yes", "--expect-no-changes"],
    ["preview", "--expect-no-changes"],
    ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  ]) {
    const run = await program.pulumi(args);
    expect(run.output).toContain("17 unchanged");
    expect(run.code).toBe(0);
  }

  const destroy = await program.pulumi(["destroy", "--yes", "--skip-preview"]);
  expect(destroy.output).toContain("- 17 deleted");
  expect(destroy.code).toBe(0);
  for (const path of [
    "/api/v1/namespaces/models",
    "/apis/storage.k8s.io/v1/storageclasses/late",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.example.io",
  ]) {
    expect(await cluster.client.find(path)).toBeUndefined();
  }
  for (const path of [
    "/api/v1/pods",
    "/apis/apps/v1/deployments",
    "/api/v1/secrets",
    "/api/v1/persistentvolumeclaims",
  ]) {
    expect((await cluster.client.list(path)).items).toEqual([]);
  }
});
