import { expect, test } from "vitest";
import { kubernetesObject } from "../../policy/kubernetes-object.ts";
import { noPrivileged } from "../../policy/rules/no-privileged.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "./support.ts";

const observe = (type: string, props: Readonly<Record<string, unknown>>) => {
  const object = kubernetesObject({ type, name: "example", urn: "urn", props });
  return object && { group: object.group, kind: object.kind, patch: object.patch, title: object.title };
};

test.each([
  ["kubernetes:apps/v1:Deployment", "apps", "Deployment", false],
  ["kubernetes:apps/v1:DeploymentPatch", "apps", "Deployment", true],
  ["kubernetes:core/v1:Pod", "core", "Pod", false],
  ["kubernetes:v1:Pod", "core", "Pod", false],
])("reads group and kind of %s out of the type token", (type, group, kind, patch) => {
  const title = `${kind}${patch ? "Patch" : ""} "example"`;
  expect(observe(type, {})).toEqual({ group, kind, patch, title });
});

test("group and kind that the object names count before the type token", () => {
  const pod = { group: "core", kind: "Pod", patch: false, title: 'Pod "example"' };
  expect(observe("kubernetes:example.com/v1:Harmless", { apiVersion: "v1", kind: "Pod" })).toEqual(pod);
  expect(observe("kubernetes:a/b/c:Harmless", { apiVersion: "v1", kind: "Pod" })).toEqual(pod);
  expect(observe("kubernetes:apps/v1:DeploymentPatch", { apiVersion: "apps/v1", kind: "DaemonSet" })).toEqual({
    group: "apps",
    kind: "DaemonSet",
    patch: true,
    title: 'DaemonSetPatch "example"',
  });
});

test("an apiVersion and kind that are no text are the type token's", () => {
  const deploymentObject = { group: "apps", kind: "Deployment", patch: false, title: 'Deployment "example"' };
  expect(observe(deploymentType, { apiVersion: 1, kind: null })).toEqual(deploymentObject);
});

test("resources of other packages are no Kubernetes objects", () => {
  expect(observe("polymath:index:Pod", { apiVersion: "v1", kind: "Pod" })).toBeUndefined();
  expect(observe("pulumi:providers:kubernetes", {})).toBeUndefined();
});

test("another type token gets no pod past a rule", async () => {
  const privileged = container({ securityContext: { privileged: true, allowPrivilegeEscalation: false } });
  const props = deployment(podSpec({ containers: [privileged] }));
  const violations = [
    `${onlyContainer}: found securityContext.privileged true. Allowed: false or absent. To do: remove securityContext.privileged.`,
  ];
  const disguised = "kubernetes:example.com/v1:Harmless";
  const named = { ...props, apiVersion: "apps/v1", kind: "Deployment" };
  expect(await check(noPrivileged(), disguised, named)).toEqual({ violations });
  expect(await check(noPrivileged(), disguised, props)).toEqual({ violations: [] });
  const notYet = { ...props, apiVersion: "apps/v1", kind: unknown };
  expect(await check(noPrivileged(), deploymentType, notYet)).toEqual({ violations });
});
