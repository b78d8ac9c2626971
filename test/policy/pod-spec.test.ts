import { expect, test } from "vitest";
import { noPrivileged } from "../../policy/rules/no-privileged.ts";
import { check, podSpec, unknown } from "./support.ts";

/** A rule that any pod template of a resource can be shown to. */
const rule = noPrivileged();
const template = { spec: podSpec({ hostNetwork: true }) };
const metadata = { name: "x", namespace: "finance" };
const refused = (kind: string, at: string) =>
  `${kind} "finance/x", ${at}: found hostNetwork true. Allowed: false or absent. To do: remove hostNetwork.`;

test.each([
  ["core/v1:Pod", "Pod", template, "spec"],
  ["v1:Pod", "Pod", template, "spec"],
  ["core/v1:PodTemplate", "PodTemplate", { template }, "template.spec"],
  ["core/v1:ReplicationController", "ReplicationController", { spec: { template } }, "spec.template.spec"],
  ["apps/v1:Deployment", "Deployment", { spec: { template } }, "spec.template.spec"],
  ["apps/v1:DeploymentPatch", "DeploymentPatch", { spec: { template } }, "spec.template.spec"],
  ["apps/v1:DaemonSet", "DaemonSet", { spec: { template } }, "spec.template.spec"],
  ["apps/v1:StatefulSet", "StatefulSet", { spec: { template } }, "spec.template.spec"],
  ["apps/v1:ReplicaSet", "ReplicaSet", { spec: { template } }, "spec.template.spec"],
  ["batch/v1:Job", "Job", { spec: { template } }, "spec.template.spec"],
  [
    "batch/v1:CronJob",
    "CronJob",
    { spec: { jobTemplate: { spec: { template } } } },
    "spec.jobTemplate.spec.template.spec",
  ],
  [
    "leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
    "LeaderWorkerSet",
    { spec: { leaderWorkerTemplate: { leaderTemplate: template, workerTemplate: { spec: podSpec() } } } },
    "spec.leaderWorkerTemplate.leaderTemplate.spec",
  ],
  [
    "leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
    "LeaderWorkerSet",
    { spec: { leaderWorkerTemplate: { workerTemplate: template } } },
    "spec.leaderWorkerTemplate.workerTemplate.spec",
  ],
])("finds the pod template of %s", async (token, kind, body, at) => {
  expect(await check(rule, `kubernetes:${token}`, { metadata, ...body })).toEqual({ violations: [refused(kind, at)] });
});

test.each([
  ["a kind without pods", "kubernetes:core/v1:Service"],
  ["a kind of that name in another group", "kubernetes:example.com/v1:Deployment"],
  ["a resource of another package", "aws:ecs/service:Service"],
])("reads nothing in %s", async (_, type) => {
  expect(await check(rule, type, { metadata, spec: { template } })).toEqual({ violations: [] });
});

test("refuses a pod spec that it cannot read, and goes on", async () => {
  const spec = { hostNetwork: "yes", containers: [{ name: "a", securityContext: { privileged: "yes" } }] };
  expect(await check(rule, "kubernetes:core/v1:Pod", { metadata, spec })).toEqual({
    violations: [
      'Pod "finance/x", spec: found hostNetwork: Invalid input: expected boolean, received string; containers.0.securityContext.privileged: Invalid input: expected boolean, received string. Allowed: a pod spec as the Kubernetes API defines it. To do: correct these fields, since no rule can read them as they are.',
    ],
  });
});

test("decides nothing about a template that is not known yet", async () => {
  expect(await check(rule, "kubernetes:apps/v1:Deployment", { metadata, spec: { template: unknown } })).toEqual({
    violations: [],
    undecided: "string value at .spec.template can't be known during preview",
  });
});

test("names a resource by its Pulumi name where its own is not known yet", async () => {
  expect(await check(rule, "kubernetes:core/v1:Pod", { metadata: { name: unknown }, ...template })).toEqual({
    violations: ['Pod "example", spec: found hostNetwork true. Allowed: false or absent. To do: remove hostNetwork.'],
  });
});
