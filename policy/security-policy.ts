import { z } from "zod";
import { type KubernetesObject, namespaceOf } from "./kubernetes-object.ts";
import { readShape, valueAt } from "./known.ts";
import type { Verdict } from "./verdict.ts";

const target = z.object({ kind: z.string().nullish(), name: z.string().nullish(), sectionName: z.string().nullish() });
const section = z.object({}).nullish();

/**
 * The part of Envoy Gateway's SecurityPolicy that decides who may pass.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/api/v1alpha1/securitypolicy_types.go
 */
const securityPolicySpec = z.object({
  targetRef: target.nullish(),
  targetRefs: z.array(target).nullish(),
  mergeType: z.string().nullish(),
  apiKeyAuth: section,
  basicAuth: section,
  jwt: z.object({ optional: z.boolean().nullish(), failOpen: z.boolean().nullish() }).nullish(),
  oidc: z.object({ passThroughAuthHeader: z.boolean().nullish() }).nullish(),
  extAuth: z.object({ failOpen: z.boolean().nullish() }).nullish(),
});
type SecurityPolicySpec = z.infer<typeof securityPolicySpec>;

interface Target {
  readonly kind: string;
  readonly name: string;
  /** One listener of a Gateway, or one rule of a route; absent for the whole. */
  readonly sectionName: string | undefined;
}

/** What a SecurityPolicy does. A field is `undefined` where it is not known during this preview; the verdict is then undecided. */
export interface SecurityPolicy {
  readonly object: KubernetesObject;
  /** It targets objects of its own namespace only. */
  readonly namespace: string | undefined;
  readonly targets: readonly Target[] | undefined;
  /** `optional` has an authentication section, and all of them let some requests pass without it. */
  readonly authentication: "required" | "optional" | "none" | undefined;
  /** True where it adds to the policy above it; else it replaces that one for what it targets. */
  readonly merged: boolean | undefined;
}

/** Reads a SecurityPolicy. One that is not of the shape Envoy Gateway knows targets nothing and requires nothing. */
export function observeSecurityPolicy(object: KubernetesObject, verdict: Verdict): SecurityPolicy {
  const spec = (): SecurityPolicySpec => {
    const shape = readShape(securityPolicySpec, valueAt(object.body, ["spec"]));
    return "value" in shape ? shape.value : {};
  };
  return {
    object,
    namespace: verdict.attempt(() => namespaceOf(object)),
    targets: verdict.attempt(() => targetsOf(spec())),
    authentication: verdict.attempt(() => authenticationOf(spec())),
    merged: verdict.attempt(() => spec().mergeType != null),
  };
}

/** True where the policy targets this Gateway or a listener of it, and where that is not known yet. */
export function targetsGateway(policy: SecurityPolicy, namespace: string, name: string): boolean {
  if (policy.namespace !== undefined && policy.namespace !== namespace) return false;
  return policy.targets?.some((one) => one.kind === "Gateway" && one.name === name) ?? true;
}

function targetsOf(spec: SecurityPolicySpec): readonly Target[] {
  const references = [...(spec.targetRef == null ? [] : [spec.targetRef]), ...(spec.targetRefs ?? [])];
  return references.map((one) => ({
    kind: one.kind ?? "",
    name: one.name ?? "",
    sectionName: one.sectionName ?? undefined,
  }));
}

function authenticationOf(spec: SecurityPolicySpec): "required" | "optional" | "none" {
  const { apiKeyAuth, basicAuth, jwt, oidc, extAuth } = spec;
  const sections = [
    { present: apiKeyAuth != null, required: true },
    { present: basicAuth != null, required: true },
    { present: jwt != null, required: jwt?.optional !== true && jwt?.failOpen !== true },
    { present: oidc != null, required: oidc?.passThroughAuthHeader !== true },
    { present: extAuth != null, required: extAuth?.failOpen !== true },
  ].filter(({ present }) => present);
  if (sections.some(({ required }) => required)) return "required";
  return sections.length > 0 ? "optional" : "none";
}
