import { describe, expect } from "vitest";
import { test } from "./stack.ts";

describe("roll-outs that fail", () => {
  test("image pull, crash loop and a pod that fits nowhere: reasons, and the next up mends them", async ({ stack }) => {
    const program = (broken: boolean) => `
const state = (name) => (${broken} ? { labels: { "test/state": name } } : {});
const opts = { customTimeouts: { create: "20s", update: "60s" } };
new k8s.apps.v1.Deployment("pulling", workload("pulling", state("image-pull-back-off")), opts);
new k8s.apps.v1.Deployment("crashing", workload("crashing", state("crashing")), opts);
new k8s.apps.v1.Deployment("greedy", workload("greedy", { container: { resources: { limits: { "nvidia.com/gpu": ${broken ? 99 : 1} } } } }), opts);
new k8s.apps.v1.Deployment("late", workload("late", { ...state("held"), spec: { progressDeadlineSeconds: 8 } }), opts);`;
    stack.write(program(true));
    // Each of them waits at the same time.
    const { output } = await stack.failing("up", "--parallel", "16", "--continue-on-error");
    expect(output).toContain("ImagePullBackOff");
    expect(output).toContain(`Back-off pulling image "registry.example/web:1"`);
    expect(output).toContain("CrashLoopBackOff");
    expect(output).toContain("back-off 40s restarting failed container");
    expect(output).toContain("exit code 137");
    expect(output).toMatch(/ReplicaSet "late-\w+" has timed out progressing\./);
    // The scheduler's words are the stand-in's to say (../stand-in): the official plugin counts them as progress, not as an error.
    for (const name of ["pulling", "crashing", "greedy", "late"]) {
      const resource = stack.resource(name);
      expect(resource?.id, name).toBe(`${stack.namespace}/${name}`);
      expect(resource?.initErrors.length, name).toBeGreaterThan(0);
    }

    stack.write(program(false));
    expect((await stack.pulumi("up", "--parallel", "16")).changes).toEqual({ updated: 4, unchanged: 1 });
    for (const name of ["pulling", "crashing", "greedy", "late"]) {
      expect(stack.resource(name)?.initErrors, name).toEqual([]);
    }
  });

  test("what admission refuses: quota, a policy in CEL, Pod Security, each in the API server's words", async ({
    stack,
  }) => {
    const { client, namespace } = stack;
    await client.request("PATCH", `/api/v1/namespaces/${namespace}`, {
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    });
    const message = "A model needs an owner: set the label owner.";
    stack.write(`
const quota = new k8s.core.v1.ResourceQuota("quota", { metadata: { name: "quota", namespace }, spec: { hard: { secrets: "1" } } });
const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy("policy", { metadata: { name: namespace }, spec: {
  failurePolicy: "Fail", validations: [{ expression: "has(object.metadata.labels) && 'owner' in object.metadata.labels", message: "${message}" }],
  matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["services"] }] } } });
new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding("binding", { metadata: { name: namespace }, spec: {
  policyName: policy.metadata.name, validationActions: ["Deny"], matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } } } });`);
    await stack.pulumi("up");
    // Both take effect a moment after they are made.
    const refused = async (object: { apiVersion: string; kind: string; metadata: object }) =>
      stack.client
        .request("POST", await stack.path(object.apiVersion, object.kind), { body: object, query: { dryRun: "All" } })
        .then(
          () => "",
          (error: unknown) => String(error),
        );
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "probe" }, spec: { ports: [{ port: 80 }] } };
    await expect.poll(() => refused(service), { timeout: 60_000 }).toContain(message);
    await expect
      .poll(async () => (await stack.live("v1", "ResourceQuota", "quota")).status?.["used"], { timeout: 60_000 })
      .toEqual({ secrets: "0" });

    stack.write(`
const metadata = (name) => ({ name, namespace });
const first = new k8s.core.v1.Secret("first", { metadata: metadata("first") });
new k8s.core.v1.Secret("second", { metadata: metadata("second") }, { dependsOn: [first] });
new k8s.core.v1.Service("ownerless", { metadata: metadata("ownerless"), spec: { ports: [{ port: 80 }] } });
new k8s.core.v1.Pod("rooted", { metadata: metadata("rooted"), spec: { containers: [{ name: "main", image: "registry.example/web:1" }] } });`);
    const { output } = await stack.failing("up", "--continue-on-error");
    expect(output).toContain("exceeded quota: quota, requested: secrets=1, used: secrets=1, limited: secrets=1");
    expect(output).toContain(message);
    expect(output).toContain(`violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`);
    expect(stack.resource("first")).toBeDefined();
    for (const name of ["second", "ownerless", "rooted"]) expect(stack.resource(name), name).toBeUndefined();
    // Policies are of the whole cluster.
    await stack.pulumi("destroy");
  });
});
