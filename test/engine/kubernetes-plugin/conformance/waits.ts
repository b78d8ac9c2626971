import { describe, expect } from "vitest";
import { release, test, untilBegun } from "./stack.ts";

/** Pods that are held until their label goes. */
const held = `labels: { "test/state": "held" }`;

describe("waits", () => {
  test("skipAwait, the time-out annotation and customTimeouts end a wait; the next up goes on with what is there", async ({
    stack,
  }) => {
    const program = (labels: string) => `
const web = (name, metadata, options) => new k8s.apps.v1.Deployment(name, workload(name, { ${labels} metadata }), options);
web("skipped", { annotations: { "pulumi.com/skipAwait": "true" } });
web("annotated", { annotations: { "pulumi.com/timeoutSeconds": "6" } });
web("timed", {}, { customTimeouts: { create: "6s" } });
// The option wins over the annotation.
web("both", { annotations: { "pulumi.com/timeoutSeconds": "3600" } }, { customTimeouts: { create: "6s" } });`;
    stack.write(program(`${held},`));
    const names = ["skipped", "annotated", "timed", "both"];
    const broken = await stack.failing("up", "--parallel", "16");
    const errors = names.map((name) => stack.resource(name)?.initErrors.length ?? -1);
    expect(errors, broken.output).toEqual([0, expect.toSatisfy(some), expect.toSatisfy(some), expect.toSatisfy(some)]);
    expect((await stack.list("apps/v1", "Deployment")).map(({ metadata }) => metadata.name)).toEqual(names.toSorted());

    // Nothing of the program has changed, and still there is something to do.
    const uid = (await stack.live("apps/v1", "Deployment", "timed")).metadata.uid;
    await Promise.all(names.map((name) => release(stack, name)));
    expect((await stack.pulumi("up")).changes).toMatchObject({ updated: 3, unchanged: 2 });
    expect((await stack.live("apps/v1", "Deployment", "timed")).metadata.uid).toBe(uid);
    for (const name of names) expect(stack.resource(name)?.initErrors).toEqual([]);
  });

  test("up waits for what takes time: a Service for its pods, a Job for its end, a Pod for its readiness, any object for what an annotation says", async ({
    stack,
  }) => {
    stack.write(`
new k8s.core.v1.Service("front", { metadata: { name: "front", namespace }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
const web = new k8s.apps.v1.Deployment("web", workload("web", { ${held} }));
const containers = [{ name: "main", image: "registry.example/job:1" }];
const job = new k8s.batch.v1.Job("job", { metadata: { name: "job", namespace }, spec: { template: { spec: { restartPolicy: "Never", containers } } } });
new k8s.core.v1.Pod("done", { metadata: { name: "done", namespace, labels: { "test/state": "completed" } }, spec: { restartPolicy: "Never", containers } });
new k8s.core.v1.Pod("running", { metadata: { name: "running", namespace }, spec: { containers } });
new k8s.core.v1.ConfigMap("signal", { metadata: { name: "signal", namespace, annotations: { "pulumi.com/waitFor": "jsonpath={.data.go}=yes" } } });
new k8s.core.v1.ConfigMap("after", { metadata: { name: "after", namespace } }, { dependsOn: [web] });
export const out = [web.status.availableReplicas, job.status.succeeded];`);
    const running = stack.run(["up", "--parallel", "16"]);
    await untilBegun(stack, "web");
    await expect
      .poll(async () => (await stack.live("batch/v1", "Job", "job")).status?.["succeeded"], { timeout: 60_000 })
      .toBe(1);
    // The Deployment has a pod that is not ready: what depends on it must not be there.
    expect(await stack.find("v1", "ConfigMap", "after")).toBeUndefined();
    await release(stack, "web");
    await expect.poll(() => stack.find("v1", "ConfigMap", "after"), { timeout: 60_000 }).toBeDefined();
    expect(stack.resource("signal")).toBeUndefined();
    await stack.patchAs("someone", "v1", "ConfigMap", "signal", { data: { go: "yes" } });
    const { code, output, changes } = await running;
    expect(code, output).toBe(0);
    expect(changes).toEqual({ created: 8 });
    expect(output).toMatch(/out: \[\n\s+\[0\]: 1\n\s+\[1\]: 1\n/);
  });

  test("Ctrl-C ends a wait; the object stays in the state and the next up goes on", async ({ stack }) => {
    stack.write(`new k8s.apps.v1.Deployment("web", workload("web", { ${held} }));`);
    const interrupt = new AbortController();
    const running = stack.run(["up"], interrupt.signal);
    await untilBegun(stack, "web");
    interrupt.abort();
    const { code, output } = await running;
    expect(code, output).not.toBe(0);
    expect(stack.state().pending_operations).toEqual([]);
    expect(stack.resource("web")).toMatchObject({ id: `${stack.namespace}/web` });
    await release(stack, "web");
    await stack.pulumi("up");
    expect(stack.resource("web")?.initErrors).toEqual([]);
  });

  test("refresh says that an object is no longer ready, and keeps it", async ({ stack }) => {
    stack.write(`new k8s.apps.v1.Deployment("web", workload("web"));`);
    await stack.pulumi("up");
    const labels = { "test/state": "held" };
    await stack.patchAs("someone", "apps/v1", "Deployment", "web", {
      spec: { strategy: { type: "Recreate", rollingUpdate: null }, template: { metadata: { labels } } },
    });
    // A refresh takes one look: the rollout must have begun before.
    await expect
      .poll(async () => (await stack.live("apps/v1", "Deployment", "web")).status?.["unavailableReplicas"], {
        timeout: 60_000,
      })
      .toBe(1);
    await stack.run(["refresh"]);
    expect(stack.resource("web")?.initErrors).toSatisfy((errors: string[]) => errors.length > 0);
  });
});

const some = (count: number) => count > 0;
