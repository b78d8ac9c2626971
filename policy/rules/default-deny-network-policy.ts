import type { StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { isKind, type KubernetesObject, metadataOf, namespaceOf } from "../kubernetes-object.ts";
import { readShape, valueAt } from "../known.ts";
import { isWorkload } from "../pod-spec.ts";
import { stackRule } from "../rule.ts";
import type { Verdict } from "../verdict.ts";

const networkPolicySpec = z.object({
  podSelector: z
    .object({
      matchLabels: z.record(z.string(), z.unknown()).nullish(),
      matchExpressions: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  policyTypes: z.array(z.string()).nullish(),
  ingress: z.array(z.unknown()).nullish(),
  egress: z.array(z.unknown()).nullish(),
});

/** Refuses stacks in which a namespace with workloads lets its pods talk before a NetworkPolicy allows it. */
export function defaultDenyNetworkPolicy(): StackValidationPolicy {
  return stackRule(
    {
      name: "default-deny-network-policy",
      description: "A namespace with workloads denies all traffic, both ways, that no other NetworkPolicy allows.",
    },
    (objects, verdict) => {
      const workloads = Map.groupBy(objects.filter(isWorkload), (object) => verdict.attempt(() => namespaceOf(object)));
      const networkPolicies = objects
        .filter((object) => isKind(object, "networking.k8s.io", "NetworkPolicy"))
        .map((object) => observed(object, verdict));
      for (const namespace of objects.filter((object) => isKind(object, "core", "Namespace"))) {
        verdict.attempt(() => {
          const name = metadataOf(namespace).name;
          const held = name == null ? [] : (workloads.get(name) ?? []);
          const here = networkPolicies.filter((one) => one.namespace === undefined || one.namespace === name);
          if (held.length === 0 || here.some((one) => one.deniesAll !== false)) return;
          verdict.refuse(namespace, {
            found: `${held.length} workload${held.length === 1 ? "" : "s"} and no NetworkPolicy that denies by default`,
            allowed:
              "a NetworkPolicy with podSelector {}, policyTypes Ingress and Egress, and no ingress or egress rules",
            fix: "add one to the namespace, and allow what is needed with further NetworkPolicies",
          });
        });
      }
    },
  );
}

interface ObservedNetworkPolicy {
  /** `undefined` where it is not known during this preview; the verdict then stays undecided. */
  readonly namespace: string | undefined;
  /** `undefined` where it is not known during this preview; the verdict then stays undecided. */
  readonly deniesAll: boolean | undefined;
}

function observed(object: KubernetesObject, verdict: Verdict): ObservedNetworkPolicy {
  return {
    namespace: verdict.attempt(() => namespaceOf(object)),
    deniesAll: verdict.attempt(() => deniesAll(object)),
  };
}

function deniesAll(object: KubernetesObject): boolean {
  const shape = readShape(networkPolicySpec, valueAt(object.body, ["spec"]));
  if (!("value" in shape)) return false;
  const { podSelector, policyTypes, ingress, egress } = shape.value;
  const selectsAll =
    Object.keys(podSelector?.matchLabels ?? {}).length === 0 && (podSelector?.matchExpressions ?? []).length === 0;
  const bothWays = ["Ingress", "Egress"].every((type) => policyTypes?.includes(type));
  return selectsAll && bothWays && (ingress ?? []).length === 0 && (egress ?? []).length === 0;
}
