import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { createProgram, type Program } from "../../support/program.ts";

let cluster: Cluster;
let program: Program;

beforeAll(async () => {
  cluster = await startCluster({ nodes: { "cpu-1": { cpu: "2", memory: "4Gi" } } });
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
const timeouts = (seconds: number) => `{ customTimeouts: { create: "${seconds}s", update: "60s" } }`;

const deployment = (container: object, opts: string, { namespace = "default", labels = {}, spec = {} } = {}) => {
  const all = { app: "web", ...labels };
  return `new k8s.apps.v1.Deployment("web", ${JSON.stringify({
    metadata: { name: "web", namespace },
    spec: {
      selector: { matchLabels: { app: "web" } },
      ...spec,
      template: {
        metadata: { labels: all },
        spec: { containers: [{ name: "web", image: "registry.example/web:1", ...container }] },
      },
    },
  })}, ${opts});`;
};

test("a pod that cannot be scheduled: the scheduler's words, the object stays in the state, and the next up mends it", async () => {
  program.write(deployment({ resources: { limits: { "nvidia.com/gpu": 1 } } }, timeouts(4)));
  const broken = await up();
  expect(broken.code).not.toBe(0);
  expect(broken.output).toContain(
    "Deployment default/web is not ready: not ready after 4 s: 0 of 1 replicas available\n    \t* Pod web-",
  );
  expect(broken.output).toContain(": Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
  expect(program.stateFile()).toContain('"id":"default/web"');
  expect(program.stateFile()).toContain('"initErrors"');

  program.write(deployment({}, timeouts(4)));
  const mended = await up();
  expect(mended.output).toContain("~ 1 updated");
  expect(mended.code).toBe(0);
  expect(program.stateFile()).not.toContain('"initErrors"');
});

test("a container that crashes: reason, message and exit code", async () => {
  program.write(deployment({}, timeouts(4), { labels: { "test/state": "crashing" } }));
  const broken = await up();
  expect(broken.output).toContain(
    ", container web: CrashLoopBackOff: back-off 40s restarting failed container; last run ended with exit code 137 (OOMKilled)",
  );
});

test("a refresh says that an object is no longer ready", async () => {
  program.write(deployment({}, "{}"));
  expect((await up()).code).toBe(0);
  await cluster.client.request("PATCH", "/apis/apps/v1/namespaces/default/deployments/web", {
    contentType: "application/merge-patch+json",
    body: { spec: { template: { spec: { nodeSelector: { disk: "none" } } } } },
  });
  const refresh = await program.pulumi(["refresh", "--yes", "--skip-preview"]);
  expect(refresh.output).toContain("Refreshed resource is in an unhealthy state:");
  expect(refresh.output).toContain("1 node(s) didn't match Pod's node affinity/selector");
});

test("a refused admission: what the namespace forbids", async () => {
  const namespace = `
const ns = new k8s.core.v1.Namespace("strict", { metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } });
`;
  const options = `{ dependsOn: [ns], customTimeouts: { create: "4s" } }`;
  program.write(namespace + deployment({}, options, { namespace: "strict" }));
  const broken = await up();
  expect(broken.output).toContain('FailedCreate: pods "web-');
  expect(broken.output).toContain(
    'is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
  );
});

test("a Deployment past its own progress deadline fails without waiting for the timeout", async () => {
  const spec = { progressDeadlineSeconds: 2 };
  program.write(deployment({ resources: { limits: { "nvidia.com/gpu": 1 } } }, "{}", { spec }));
  const broken = await up();
  expect(broken.output).toMatch(/is not ready: ReplicaSet "web-\w+" has timed out progressing\.\n {4}\t\* Pod web-/);
});

test("claims, Services and Jobs say what they wait for; the annotations set the deadline or skip the wait", async () => {
  const annotations = { "pulumi.com/timeoutSeconds": "2" };
  const job = (name: string, extra: object) => {
    const template = {
      spec: {
        restartPolicy: "Never",
        containers: [{ name: "job", image: "registry.example/job:1" }],
        nodeSelector: { disk: "none" },
      },
    };
    return `new k8s.batch.v1.Job("${name}", ${JSON.stringify({ metadata: { name, annotations: extra }, spec: { template } })});`;
  };
  program.write(`
new k8s.core.v1.PersistentVolumeClaim("cache", { metadata: { name: "cache", annotations: ${JSON.stringify(annotations)} },
  spec: { storageClassName: "none", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } });
new k8s.core.v1.Service("idle", { metadata: { name: "idle", annotations: ${JSON.stringify(annotations)} }, spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] } });
new k8s.core.v1.Service("balanced", { metadata: { name: "balanced", annotations: ${JSON.stringify(annotations)} }, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
new k8s.core.v1.Service("bare", { metadata: { name: "bare" }, spec: { ports: [{ port: 80 }] } });
${job("slow", annotations)}
${job("skipped", { "pulumi.com/skipAwait": "true" })}
`);
  const broken = await up();
  expect(broken.output).toContain(
    "PersistentVolumeClaim default/cache is not ready: not ready after 2 s: there is no StorageClass none",
  );
  expect(broken.output).toContain(
    "Service default/idle is not ready: not ready after 2 s: no ready pod has the labels app=nobody",
  );
  expect(broken.output).toContain(
    "Service default/balanced is not ready: not ready after 2 s: the load balancer has no address yet",
  );
  expect(broken.output).toContain(
    "Job default/slow is not ready: not ready after 2 s: 0 of 1 completions, 1 pods active\n    \t* Pod slow-",
  );
  expect(broken.output).not.toContain("default/skipped is not ready");
  expect(broken.output).not.toContain("default/bare is not ready");
});

test("Ctrl-C ends the wait, and the object stays in the state", async () => {
  program.write(deployment({ resources: { limits: { "nvidia.com/gpu": 1 } } }, "{}"));
  const interrupt = new AbortController();
  const running = program.pulumi(["up", "--yes", "--skip-preview"], interrupt.signal);
  const path = "/apis/apps/v1/namespaces/default/deployments/web";
  await expect.poll(async () => (await cluster.client.find(path))?.status?.["replicas"], { timeout: 60_000 }).toBe(1);
  interrupt.abort();
  const cancelled = await running;
  expect(cancelled.code).not.toBe(0);
  expect(cancelled.output).toContain(
    "Deployment default/web is not ready: the wait was cancelled: 0 of 1 replicas available",
  );
  expect(program.stateFile()).toContain('"id":"default/web"');
  expect(program.stateFile()).not.toContain('"pending_operations"');
});

test("a deletion that a finalizer holds says so at its deadline, and goes on once it is free", async () => {
  program.write(
    `new k8s.core.v1.ConfigMap("held", { metadata: { name: "held", finalizers: ["example.io/hold"] } }, { customTimeouts: { delete: "2s" } });`,
  );
  expect((await up()).code).toBe(0);
  const held = await program.pulumi(["destroy", "--yes", "--skip-preview"]);
  expect(held.code).not.toBe(0);
  expect(held.output).toContain(
    "ConfigMap default/held is still there 2 s after its deletion was asked for; finalizers: ",
  );
  expect(held.output).toContain("example.io/hold");
  await cluster.client.request("PATCH", "/api/v1/namespaces/default/configmaps/held", {
    contentType: "application/merge-patch+json",
    body: { metadata: { finalizers: null } },
  });
  expect((await program.pulumi(["destroy", "--yes", "--skip-preview"])).code).toBe(0);
  expect(await cluster.client.find("/api/v1/namespaces/default/configmaps/held")).toBeUndefined();
});
