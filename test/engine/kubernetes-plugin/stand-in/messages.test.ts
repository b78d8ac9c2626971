import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { conditionsOf } from "../../../../rehearsal/kube/fields.ts";
import { type Cluster, startCluster } from "../../../support/cluster.ts";
import { createProgram, type Program } from "../../../support/program.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ nodes: { "cpu-1": { cpu: "2", memory: "4Gi" } } });
});
afterAll(() => cluster?.stop());

const crashing = { "test/state": "crashing" };
const gpu = { resources: { limits: { "nvidia.com/gpu": 1 } } };

const podTemplate = (app: string, container: object, labels: object) => ({
  metadata: { labels: { app, ...labels } },
  spec: { containers: [{ name: app, image: "registry.example/web:1", ...container }] },
});
const workload = (kind: string, name: string, container: object, opts: string, extra: Extra = {}) => {
  const { namespace = "default", labels = {}, spec = {} } = extra;
  return `new k8s.apps.v1.${kind}(${JSON.stringify(`${namespace}-${name}`)}, ${JSON.stringify({
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, ...spec, template: podTemplate(name, container, labels) },
  })}, ${opts});
`;
};
interface Extra {
  readonly namespace?: string;
  readonly labels?: object;
  readonly spec?: object;
}
const job = (name: string, annotations: object) =>
  `new k8s.batch.v1.Job("${name}", ${JSON.stringify({
    metadata: { name, annotations },
    spec: {
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "job", image: "registry.example/job:1" }],
          nodeSelector: { disk: "none" },
        },
      },
    },
  })});
`;

/**
 * Everything that never gets ready is in one program, so that one deadline passes for all of it. The deadline is long, as the
 * controllers must have acted before it, on a busy machine too.
 */
describe("what is not ready at its deadline", () => {
  const opts = `{ customTimeouts: { create: "20s" } }`;
  const annotations = JSON.stringify({ "pulumi.com/timeoutSeconds": "20" });
  let program: Program;
  let output: string;

  beforeAll(async () => {
    program = await createProgram(cluster.kubeconfig);
    program.write(`
const ns = new k8s.core.v1.Namespace("strict", { metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } });
const full = new k8s.core.v1.ResourceQuota("full", { metadata: { name: "full", namespace: new k8s.core.v1.Namespace("full", { metadata: { name: "full" } }).metadata.name },
  spec: { hard: { pods: "0" } } });
${workload("Deployment", "web", {}, `{ dependsOn: [full], customTimeouts: { create: "20s" } }`, { namespace: "full" })}
${workload("Deployment", "pulling", {}, opts, { labels: { "test/state": "image-pull-back-off" } })}
${workload("Deployment", "web", {}, `{ dependsOn: [ns], customTimeouts: { create: "20s" } }`, { namespace: "strict" })}
${workload("Deployment", "web", gpu, opts)}
${workload("Deployment", "crashing", {}, opts, { labels: crashing })}
${workload("Deployment", "late", gpu, "{}", { spec: { progressDeadlineSeconds: 12 } })}
${workload("DaemonSet", "agent", {}, opts, { labels: crashing })}
new k8s.core.v1.PersistentVolumeClaim("cache", { metadata: { name: "cache", annotations: ${annotations} },
  spec: { storageClassName: "none", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } });
new k8s.core.v1.Service("idle", { metadata: { name: "idle", annotations: ${annotations} }, spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] } });
new k8s.core.v1.Service("balanced", { metadata: { name: "balanced", annotations: ${annotations} }, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
new k8s.core.v1.Service("bare", { metadata: { name: "bare" }, spec: { ports: [{ port: 80 }] } });
${job("slow", { "pulumi.com/timeoutSeconds": "20" })}
${job("skipped", { "pulumi.com/skipAwait": "true" })}`);
    // Each of them waits at the same time.
    ({ output } = await program.pulumi(["up", "--yes", "--skip-preview", "--parallel", "32"]));
  });
  afterAll(async () => {
    await program?.pulumi(["destroy", "--yes", "--skip-preview"]);
    program?.stop();
  });

  test("a pod that cannot be scheduled: the scheduler's words", () => {
    expect(output).toContain(
      "Deployment default/web is not ready: not ready after 20 s: 0 of 1 replicas available\n    \t* Pod web-",
    );
    expect(output).toContain(": Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
  });

  test("a container that crashes: reason, message and exit code", () => {
    expect(output).toContain(
      ", container crashing: CrashLoopBackOff: back-off 40s restarting failed container; last run ended with exit code 137 (OOMKilled)",
    );
  });

  test("an image that cannot be pulled: reason and message", () => {
    expect(output).toContain(', container pulling: ImagePullBackOff: Back-off pulling image "registry.example/web:1"');
  });

  test("a DaemonSet whose pods never get ready", () => {
    expect(output).toContain(
      "DaemonSet default/agent is not ready: not ready after 20 s: available on 0 of 1 nodes\n    \t* Pod agent-",
    );
    expect(output).toContain(
      ", container agent: CrashLoopBackOff: back-off 40s restarting failed container; last run ended with exit code 137 (OOMKilled)",
    );
  });

  test("a refused admission: what the namespace forbids", () => {
    expect(output).toContain('FailedCreate: pods "web-');
    expect(output).toContain(
      'is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    );
  });

  test("a quota that is used up: the API server's count", () => {
    expect(output).toMatch(
      /FailedCreate: pods "web-[\w-]+" is forbidden: exceeded quota: full, requested: pods=1, used: pods=0, limited: pods=0/,
    );
  });

  test("a Deployment past its own progress deadline fails without waiting for the timeout", () => {
    expect(output).toMatch(/is not ready: ReplicaSet "late-\w+" has timed out progressing\.\n {4}\t\* Pod late-/);
  });

  test("claims, Services and Jobs say what they wait for; the annotations set the deadline or skip the wait", () => {
    expect(output).toContain(
      "PersistentVolumeClaim default/cache is not ready: not ready after 20 s: there is no StorageClass none",
    );
    expect(output).toContain(
      "Service default/idle is not ready: not ready after 20 s: no ready pod has the labels app=nobody",
    );
    expect(output).toContain(
      "Service default/balanced is not ready: not ready after 20 s: the load balancer has no address yet",
    );
    expect(output).toContain(
      "Job default/slow is not ready: not ready after 20 s: 0 of 1 completions, 1 pods active\n    \t* Pod slow-",
    );
    expect(output).not.toContain("default/skipped is not ready");
    expect(output).not.toContain("default/bare is not ready");
  });
});

describe("one sentence at a time", () => {
  let program: Program;
  beforeEach(async () => {
    program = await createProgram(cluster.kubeconfig);
  });
  afterEach(async () => {
    await program.pulumi(["destroy", "--yes", "--skip-preview"]);
    program.stop();
  });
  const up = async () => program.pulumi(["up", "--yes", "--skip-preview"]);

  test("a refresh of an object that is no longer ready", async () => {
    program.write(workload("Deployment", "web", {}, "{}"));
    expect((await up()).code).toBe(0);
    await cluster.client.request("PATCH", "/apis/apps/v1/namespaces/default/deployments/web", {
      contentType: "application/merge-patch+json",
      body: { spec: { template: { spec: { nodeSelector: { disk: "none" } } } } },
    });
    // The refresh takes one look: the scheduler must have had its own before.
    const refusedPods = async () => {
      const { items } = await cluster.client.list("/api/v1/namespaces/default/pods", { labelSelector: "app=web" });
      return items.filter((pod) =>
        conditionsOf(pod).some(({ type, status }) => type === "PodScheduled" && status === "False"),
      ).length;
    };
    await expect.poll(refusedPods, { timeout: 60_000 }).toBe(1);
    const refresh = await program.pulumi(["refresh", "--yes", "--skip-preview"]);
    expect(refresh.output).toContain("Refreshed resource is in an unhealthy state:");
    expect(refresh.output).toContain("1 node(s) didn't match Pod's node affinity/selector");
  });

  test("a wait that was cancelled", async () => {
    program.write(workload("Deployment", "web", gpu, "{}"));
    const interrupt = new AbortController();
    const running = program.pulumi(["up", "--yes", "--skip-preview"], interrupt.signal);
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    await expect.poll(async () => (await cluster.client.find(path))?.status?.["replicas"], { timeout: 60_000 }).toBe(1);
    interrupt.abort();
    const cancelled = await running;
    expect(cancelled.output).toContain("Deployment default/web is not ready: the wait was cancelled: ");
  });

  test("a deletion that a finalizer holds", async () => {
    program.write(
      `new k8s.core.v1.ConfigMap("held", { metadata: { name: "held", finalizers: ["example.io/hold"] } }, { customTimeouts: { delete: "2s" } });`,
    );
    expect((await up()).code).toBe(0);
    const held = await program.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(held.output).toContain(
      "ConfigMap default/held is still there 2 s after its deletion was asked for; finalizers: ",
    );
    expect(held.output).toContain("example.io/hold");
    await cluster.client.request("PATCH", "/api/v1/namespaces/default/configmaps/held", {
      contentType: "application/merge-patch+json",
      body: { metadata: { finalizers: null } },
    });
  });

  test("a name whose old object is still being deleted: the creation waits for it and says what holds it", async () => {
    const path = "/api/v1/namespaces/default/configmaps/again";
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "again", finalizers: ["example.io/hold"] } };
    await cluster.client.request("POST", "/api/v1/namespaces/default/configmaps", { body });
    await cluster.client.request("DELETE", path);
    program.write(
      `new k8s.core.v1.ConfigMap("again", { metadata: { name: "again" } }, { customTimeouts: { create: "2s" } });`,
    );
    const held = await up();
    expect(held.output).toContain(
      "ConfigMap default/again is still there 2 s after its deletion was asked for; finalizers: example.io/hold.",
    );
    await cluster.client.request("PATCH", path, {
      contentType: "application/merge-patch+json",
      body: { metadata: { finalizers: null } },
    });
    expect((await up()).output).toContain("+ 1 created");
  });

  test("a custom resource definition whose names are taken", async () => {
    const definition = (plural: string) => `
new k8s.apiextensions.v1.CustomResourceDefinition("${plural}", { metadata: { name: "${plural}.a.example.io" },
  spec: { group: "a.example.io", scope: "Namespaced", names: { plural: "${plural}", kind: "Part", listKind: "PartList" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }] } });`;
    program.write(definition("parts"));
    expect((await up()).code).toBe(0);
    program.write(definition("parts") + definition("others"));
    expect((await up()).output).toContain(
      'CustomResourceDefinition others.a.example.io is not ready: ListKindConflict: "PartList" is already in use',
    );
  });

  test("a field of another manager, already in the preview", async () => {
    program.write(workload("Deployment", "web", {}, "{}"));
    await up();
    await cluster.client.request("PATCH", "/apis/apps/v1/namespaces/default/deployments/web", {
      query: { fieldManager: "someone" },
      contentType: "application/merge-patch+json",
      body: { spec: { replicas: 3 } },
    });
    program.write(workload("Deployment", "web", {}, "{}", { spec: { replicas: 2 } }));
    const sentence =
      `Fields of Deployment default/web belong to "someone": spec.replicas. ` +
      `Take them out of the program, or take them over with the annotation pulumi.com/patchForce: "true".`;
    expect((await program.pulumi(["preview"])).output).toContain(sentence);
    expect((await up()).output).toContain(sentence);
  });

  test("an object that is there already", async () => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine" } };
    await cluster.client.request("POST", "/api/v1/namespaces/default/configmaps", { body });
    program.write(`new k8s.core.v1.ConfigMap("mine", { metadata: { name: "mine" } });`);
    expect((await up()).output).toContain(
      `ConfigMap default/mine already exists and is not in this stack's state. Take it into the stack with "pulumi import", ` +
        `delete it, or let the provider take it over with upsertExistingObjects: true.`,
    );
  });
});

/** What the stand-in does beyond the official plugin: it asks the cluster, not only the state. */
test("an object that somebody deleted is put back without a refresh", async () => {
  const program = await createProgram(cluster.kubeconfig);
  try {
    const up = () => program.pulumi(["up", "--yes", "--skip-preview"]);
    program.write(`new k8s.core.v1.ConfigMap("lost", { metadata: { name: "lost" } });`);
    expect((await up()).code).toBe(0);
    await cluster.client.request("DELETE", "/api/v1/namespaces/default/configmaps/lost");
    expect((await up()).output).toContain("~ 1 updated");
    expect(await cluster.client.find("/api/v1/namespaces/default/configmaps/lost")).toBeDefined();
    await program.pulumi(["destroy", "--yes", "--skip-preview"]);
  } finally {
    program.stop();
  }
});
