import { expect, test } from "vitest";
import { listRefusal, notSupported, unsupportedResource } from "../../../../rehearsal/kubernetes-plugin/unsupported.ts";

test.each([
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:helm.sh/v4:Chart",
  "kubernetes:yaml/v2:ConfigGroup",
  "kubernetes:kustomize/v2:Directory",
])("%s is refused", (token) => {
  expect(unsupportedResource(token)).toBe(token);
});

test.each([
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:DeploymentPatch",
  "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease",
])("%s is an object like any other", (token) => {
  expect(unsupportedResource(token)).toBeUndefined();
});

test("the refusal says what to do", () => {
  expect(notSupported("kubernetes:yaml:decode")).toBe(
    "The stand-in Kubernetes plugin does not support kubernetes:yaml:decode; " +
      "install the official plugin with `pulumi plugin install resource kubernetes 4.34.2`",
  );
});

test("a list of the SDK is refused with the type to use; a custom kind that merely ends so is not", () => {
  expect(listRefusal("kubernetes:core/v1:ConfigMapList", { kind: "ConfigMapList", items: [] })).toBe(
    "kubernetes:core/v1:ConfigMapList is a list and cannot be created as one resource. " +
      "Declare each of its items as a resource of its own: kubernetes:core/v1:ConfigMap.",
  );
  expect(listRefusal("kubernetes:example.io/v1:AllowList", { kind: "AllowList", spec: { items: [] } })).toBeUndefined();
  expect(listRefusal("kubernetes:core/v1:ConfigMap", { kind: "ConfigMap", items: [] })).toBeUndefined();
});
