import { expect, test } from "vitest";
import { namespaceRestricted } from "../../../policy/rules/namespace-restricted.ts";
import { check, unknown } from "../support.ts";

const rule = namespaceRestricted();
const type = "kubernetes:core/v1:Namespace";
const enforce = "pod-security.kubernetes.io/enforce";
const namespace = (labels?: unknown) => ({ metadata: { name: "finance", labels } });
const refused = (found: string, kind = "Namespace") =>
  `${kind} "finance": found label ${enforce} ${found}. Allowed: restricted; privileged only with the label polymath.dev/component: device-plugin. To do: set the label ${enforce} to restricted.`;

test.each([
  [{ [enforce]: "restricted" }],
  [{ [enforce]: "restricted", "polymath.dev/component": "device-plugin" }],
  [{ [enforce]: "privileged", "polymath.dev/component": "device-plugin" }],
])("accepts the labels %j", async (labels) => {
  expect(await check(rule, type, namespace(labels))).toEqual({ violations: [] });
});

test.each([
  [undefined, "absent"],
  [{}, "absent"],
  [{ [enforce]: "baseline" }, "baseline"],
  [{ [enforce]: "privileged" }, "privileged"],
  [{ [enforce]: "privileged", "polymath.dev/component": "specialist" }, "privileged"],
  [{ [enforce]: "baseline", "polymath.dev/component": "device-plugin" }, "baseline"],
  [{ "pod-security.kubernetes.io/warn": "restricted" }, "absent"],
])("refuses the labels %j", async (labels, found) => {
  expect(await check(rule, type, namespace(labels))).toEqual({ violations: [refused(found)] });
});

test("a patch of a namespace may leave the label alone, but not weaken it", async () => {
  const patch = "kubernetes:core/v1:NamespacePatch";
  expect(await check(rule, patch, namespace({ team: "a" }))).toEqual({ violations: [] });
  expect(await check(rule, patch, namespace({ [enforce]: "privileged" }))).toEqual({
    violations: [refused("privileged", "NamespacePatch")],
  });
});

const version = "pod-security.kubernetes.io/enforce-version";
const refusedVersion = (kind: string) =>
  `${kind} "finance": found label ${version} v1.0, which enforces the standard as that release of Kubernetes knew it. Allowed: latest or absent. To do: remove the label ${version}.`;

test("accepts the newest version of the standard only, also in a patch", async () => {
  const latest = namespace({ [enforce]: "restricted", [version]: "latest" });
  expect(await check(rule, type, latest)).toEqual({ violations: [] });
  const old = namespace({ [enforce]: "restricted", [version]: "v1.0" });
  expect(await check(rule, type, old)).toEqual({ violations: [refusedVersion("Namespace")] });
  expect(await check(rule, "kubernetes:core/v1:NamespacePatch", namespace({ [version]: "v1.0" }))).toEqual({
    violations: [refusedVersion("NamespacePatch")],
  });
});

test("reads no other kind", async () => {
  expect(await check(rule, "kubernetes:core/v1:ConfigMap", namespace({}))).toEqual({ violations: [] });
  expect(await check(rule, "polymath:index:Namespace", namespace({}))).toEqual({ violations: [] });
});

test("decides nothing about a label that is not known yet", async () => {
  expect(await check(rule, type, namespace({ [enforce]: unknown }))).toEqual({
    violations: [],
    undecided: `string value at .metadata.labels.${enforce} can't be known during preview`,
  });
});
