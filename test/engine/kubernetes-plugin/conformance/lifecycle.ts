import { describe, expect } from "vitest";
import { test } from "./stack.ts";

const manyKinds = `
const group = namespace + ".example.io";
const definition = new k8s.apiextensions.v1.CustomResourceDefinition("routes", {
  metadata: { name: "routes." + group },
  spec: {
    group, scope: "Namespaced", names: { plural: "routes", singular: "route", kind: "Route", listKind: "RouteList" },
    versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: "object", properties: {
      spec: { type: "object", properties: { hostnames: { type: "array", items: { type: "string" } }, weight: { type: "integer", default: 1 } } },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    } } } }],
  },
});
const models = new k8s.core.v1.Namespace("models", { metadata: { name: namespace + "-models" } });
const metadata = { namespace: models.metadata.name };
const labels = { app: "web" };
const account = new k8s.core.v1.ServiceAccount("runner", { metadata: { ...metadata, name: "runner" }, automountServiceAccountToken: false });
new k8s.core.v1.ConfigMap("config", { metadata, data: { "main.py": "print(1)\\n" } });
new k8s.core.v1.Secret("keys", { metadata, stringData: { key: pulumi.secret("clear-value") } });
const web = new k8s.apps.v1.Deployment("web", { metadata: { ...metadata, name: "web" }, spec: { replicas: 2, selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { serviceAccountName: account.metadata.name, containers: [{ name: "web", image: "registry.example/web:1",
    resources: { limits: { cpu: "1000m", memory: "1024Mi", "nvidia.com/gpu": 1 } } }] } } } });
new k8s.apps.v1.DaemonSet("agent", { metadata, spec: { selector: { matchLabels: { app: "agent" } },
  template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "agent", image: "registry.example/agent:1" }] } } } });
new k8s.apps.v1.StatefulSet("store", { metadata, spec: { serviceName: "store", selector: { matchLabels: { app: "store" } },
  template: { metadata: { labels: { app: "store" } }, spec: { containers: [{ name: "store", image: "registry.example/store:1" }] } } } });
const service = new k8s.core.v1.Service("web", { metadata: { ...metadata, name: "web" }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8000 }] } });
const late = new k8s.storage.v1.StorageClass("late", { metadata: { name: namespace + "-late" }, provisioner: "example.io/none", volumeBindingMode: "WaitForFirstConsumer" });
new k8s.core.v1.PersistentVolumeClaim("cache", { metadata, spec: { storageClassName: late.metadata.name, accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "10240Mi" } } } });
new k8s.networking.v1.NetworkPolicy("deny", { metadata, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } });
new k8s.policy.v1.PodDisruptionBudget("web", { metadata, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
new k8s.batch.v1.Job("load", { metadata, spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "load", image: "registry.example/load:1" }] } } } });
new k8s.apiextensions.CustomResource("route", { apiVersion: group + "/v1", kind: "Route", metadata: { ...metadata, name: "web" },
  spec: { hostnames: ["a.example"] } }, { dependsOn: [definition] });
export const ready = web.status.readyReplicas;
export const ip = service.spec.clusterIP;
`;

describe("lifecycle", () => {
  test("many kinds: a preview creates nothing, up creates all, nothing changes after it, destroy leaves nothing", async ({
    stack,
  }) => {
    const { client, namespace } = stack;
    const models = `/api/v1/namespaces/${namespace}-models`;
    stack.write(manyKinds);
    expect((await stack.pulumi("preview")).changes).toEqual({ "to create": 16 });
    expect(await client.find(models)).toBeUndefined();

    const up = await stack.pulumi("up");
    expect(up.changes).toEqual({ created: 16 });
    // The outputs are what the controllers made of the objects.
    expect(up.output).toMatch(/ip {3}: "10\.0\.0\.\d+"\n {4}ready: 2\n/);

    for (const command of ["preview", "refresh", "preview"]) {
      expect((await stack.pulumi(command, "--expect-no-changes")).changes).toEqual({ unchanged: 16 });
    }

    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 16 });
    for (const path of [
      models,
      `/apis/storage.k8s.io/v1/storageclasses/${namespace}-late`,
      `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/routes.${namespace}.example.io`,
    ]) {
      expect(await client.find(path), path).toBeUndefined();
    }
  });

  test("an update changes the object in place, and a field taken out of the program goes", async ({ stack }) => {
    stack.write(`new k8s.apps.v1.Deployment("web", workload("web", { metadata: { annotations: { note: "a" } } }));`);
    await stack.pulumi("up");
    const before = await stack.live("apps/v1", "Deployment", "web");
    expect(before.metadata.annotations?.["note"]).toBe("a");

    stack.write(`new k8s.apps.v1.Deployment("web", workload("web", { replicas: 2 }));`);
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.changes).toEqual({ "to update": 1, unchanged: 1 });
    expect(preview.output).toContain("~ replicas: 1 => 2");
    expect((await stack.live("apps/v1", "Deployment", "web")).metadata.generation).toBe(before.metadata.generation);

    expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, unchanged: 1 });
    const after = await stack.live("apps/v1", "Deployment", "web");
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status?.["availableReplicas"]).toBe(2);
    expect(after.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
  });

  test("what the API server refuses is said in its own words, and nothing is forgotten of the rest", async ({
    stack,
  }) => {
    stack.write(`
new k8s.core.v1.ConfigMap("good", { metadata: { name: "good", namespace } });
new k8s.core.v1.Service("bad", { metadata: { name: "Bad_Name", namespace }, spec: { ports: [{ port: 80 }] } });`);
    const refused = await stack.failing("up", "--continue-on-error");
    expect(refused.output).toContain(
      `metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'`,
    );
    expect(stack.resource("bad")).toBeUndefined();
    expect(stack.resource("good")).toMatchObject({ id: `${stack.namespace}/good` });
    expect(await stack.find("v1", "ConfigMap", "good")).toBeDefined();
  });
});
