import { expect, test } from "vitest";
import { notSupported, unsupportedResource } from "../../../../rehearsal/kubernetes-plugin/unsupported.ts";

test.each([
  ["kubernetes:helm.sh/v3:Release", {}],
  ["kubernetes:helm.sh/v4:Chart", {}],
  ["kubernetes:yaml/v2:ConfigGroup", {}],
  ["kubernetes:kustomize/v2:Directory", {}],
  ["kubernetes:apps/v1:DeploymentPatch", { kind: "Deployment" }],
  ["kubernetes:core/v1:ConfigMapList", { kind: "ConfigMapList", items: [] }],
])("%s is refused", (token, inputs) => {
  expect(unsupportedResource(token, inputs)).toBe(token);
});

test.each([
  ["kubernetes:apps/v1:Deployment", { kind: "Deployment" }],
  ["kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease", { kind: "HelmRelease" }],
  ["kubernetes:example.io/v1:AllowList", { kind: "AllowList", spec: { items: [] } }],
  ["kubernetes:example.io/v1:EnvoyPatch", { kind: "EnvoyPatch" }],
])("%s is an object like any other", (token, inputs) => {
  expect(unsupportedResource(token, inputs)).toBeUndefined();
});

test("the refusal says what to do", () => {
  expect(notSupported("kubernetes:yaml:decode")).toBe(
    "The stand-in Kubernetes plugin does not support kubernetes:yaml:decode; " +
      "install the official plugin with `pulumi plugin install resource kubernetes 4.34.2`",
  );
});
