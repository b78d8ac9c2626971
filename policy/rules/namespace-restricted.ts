import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isKind, metadataOf } from "../kubernetes-object.ts";
import { objectRule } from "../rule.ts";

const enforceLabel = "pod-security.kubernetes.io/enforce";
const versionLabel = "pod-security.kubernetes.io/enforce-version";
const componentLabel = "polymath.dev/component";

/** Refuses namespaces in which the API server would admit pods that the Pod Security Standard "restricted" forbids. */
export function namespaceRestricted(): ResourceValidationPolicy {
  return objectRule(
    {
      name: "namespace-restricted",
      description: "A namespace enforces the Pod Security Standard restricted; only the device plugin's is privileged.",
    },
    (object, verdict) => {
      if (!isKind(object, "core", "Namespace")) return;
      verdict.attempt(() => {
        const version = metadataOf(object).labels?.[versionLabel];
        if (version === undefined || version === "latest") return;
        verdict.refuse(object, {
          found: `label ${versionLabel} ${version}, which enforces the standard as that release of Kubernetes knew it`,
          allowed: "latest or absent",
          fix: `remove the label ${versionLabel}`,
        });
      });
      verdict.attempt(() => {
        const labels = metadataOf(object).labels ?? {};
        const level = labels[enforceLabel];
        if (level === "restricted" || (object.patch && level === undefined)) return;
        if (level === "privileged" && labels[componentLabel] === "device-plugin") return;
        verdict.refuse(object, {
          found: `label ${enforceLabel} ${level ?? "absent"}`,
          allowed: `restricted; privileged only with the label ${componentLabel}: device-plugin`,
          fix: `set the label ${enforceLabel} to restricted`,
        });
      });
    },
  );
}
