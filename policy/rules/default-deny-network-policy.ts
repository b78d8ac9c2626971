import type { StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { isKind, type KubernetesObject, metadataOf, namespaceOf } from "../kubernetes-object.ts";
import { readShape, valueAt } from "../known.ts";
import { isWorkload } from "../pod-spec.ts";
import { configuredList, stackRule } from "../rule.ts";
import type { Verdict } from "../verdict.ts";

const networkPolicySpec = z.object({
  podSelector: z
    .object({
      matchLabels: z.record(z.string(), z.unknown()).nullish(),
      matchExpressions: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  policyTypes: z.array(z.string()).nullish(),
  ingress: z.array(z.object({ from: z.array(z.unknown()).nullish(), ports: z.array(z.unknown()).nullish() })).nullish(),
  egress: z.array(z.object({ to: z.array(z.unknown()).nullish(), ports: z.array(z.unknown()).nullish() })).nullish(),
});
type NetworkPolicySpec = z.infer<typeof networkPolicySpec>;

/**
 * Refuses stacks in which a namespace with workloads lets its pods talk before a NetworkPolicy allows it, or in which one allows all pods
 * everything. Whether a namespace that the stack does not declare denies by default cannot be seen: workloads in one are refused too.
 */
export function defaultDenyNetworkPolicy(): StackValidationPolicy {
  return stackRule(
    {
      name: "default-deny-network-policy",
      description: "A namespace with workloads denies all traffic, both ways, that no other NetworkPolicy allows.",
      configSchema: {
        properties: {
          foreignNamespaces: {
            type: "array",
            items: { type: "string", minLength: 1 },
            default: [],
            description: "Namespaces that others declare and keep closed, in which the stack may have workloads.",
          },
        },
      },
    },
    (objects, verdict, config) => {
      const workloads = Map.groupBy(objects.filter(isWorkload), (object) => verdict.attempt(() => namespaceOf(object)));
      const networkPolicies = objects
        .filter((object) => isKind(object, "networking.k8s.io", "NetworkPolicy"))
        .map((object) => observed(object, verdict));
      for (const { object, allowsAll } of networkPolicies) if (allowsAll === true) refuseAllowAll(object, verdict);
      const namespaces = objects.filter((object) => isKind(object, "core", "Namespace"));
      const declared = namespaces.map((object) => verdict.attempt(() => metadataOf(object).name ?? null));
      // A name that is not known during this preview may be any.
      if (!declared.includes(undefined)) {
        const homes = new Set([...declared, ...configuredList(config, "foreignNamespaces", [])]);
        for (const [name, held] of workloads) {
          if (name !== undefined && !homes.has(name)) refuseHomeless(held, name, verdict);
        }
      }
      for (const namespace of namespaces) {
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

function refuseHomeless(held: readonly KubernetesObject[], namespace: string, verdict: Verdict): void {
  for (const object of held) {
    verdict.refuse(object, {
      at: "metadata.namespace",
      found: `the namespace "${namespace}", which this stack does not declare`,
      allowed: "a Namespace of the stack, so that its default-deny NetworkPolicy is seen, or one of foreignNamespaces",
      fix: "declare the Namespace, or add it to foreignNamespaces in the pack's configuration if others keep it closed",
    });
  }
}

function refuseAllowAll(object: KubernetesObject, verdict: Verdict): void {
  verdict.refuse(object, {
    at: "spec",
    found: "an empty podSelector with an ingress or egress rule that names neither peers nor ports",
    allowed: "rules for all pods that name peers or ports, since what one NetworkPolicy allows no other can deny",
    fix: "name the pods, and what they may talk to",
  });
}

interface ObservedNetworkPolicy {
  readonly object: KubernetesObject;
  /** `undefined` where it is not known during this preview; the verdict then stays undecided. */
  readonly namespace: string | undefined;
  /** `undefined` where it is not known during this preview; the verdict then stays undecided. */
  readonly deniesAll: boolean | undefined;
  /** `undefined` where it is not known during this preview; the verdict then stays undecided. */
  readonly allowsAll: boolean | undefined;
}

function observed(object: KubernetesObject, verdict: Verdict): ObservedNetworkPolicy {
  const judge = (test: (spec: NetworkPolicySpec) => boolean) =>
    verdict.attempt(() => {
      const shape = readShape(networkPolicySpec, valueAt(object.body, ["spec"]));
      return "value" in shape && test(shape.value);
    });
  return {
    object,
    namespace: verdict.attempt(() => namespaceOf(object)),
    deniesAll: judge(deniesAll),
    allowsAll: judge(allowsAll),
  };
}

function selectsAll({ podSelector }: NetworkPolicySpec): boolean {
  const { matchLabels, matchExpressions } = podSelector ?? {};
  return Object.keys(matchLabels ?? {}).length === 0 && isEmpty(matchExpressions);
}

/** To Kubernetes an empty list of peers or ports says the same as none: all of them. */
const isEmpty = (list: readonly unknown[] | null | undefined): boolean => (list ?? []).length === 0;

function deniesAll(spec: NetworkPolicySpec): boolean {
  const bothWays = ["Ingress", "Egress"].every((type) => spec.policyTypes?.includes(type));
  return selectsAll(spec) && bothWays && isEmpty(spec.ingress) && isEmpty(spec.egress);
}

function allowsAll(spec: NetworkPolicySpec): boolean {
  if (!selectsAll(spec)) return false;
  const { ingress, egress } = spec;
  return [
    ...(ingress ?? []).map(({ from, ports }) => isEmpty(from) && isEmpty(ports)),
    ...(egress ?? []).map(({ to, ports }) => isEmpty(to) && isEmpty(ports)),
  ].includes(true);
}
