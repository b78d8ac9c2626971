import type { StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { isKind, type KubernetesObject, metadataOf } from "../kubernetes-object.ts";
import { readShape, valueAt } from "../known.ts";
import { configuredList, stackRule } from "../rule.ts";
import { observeSecurityPolicy, type SecurityPolicy, targetsGateway } from "../security-policy.ts";
import type { Verdict } from "../verdict.ts";

const defaultUnauthenticatedStacks: readonly string[] = ["local"];
const gatewaySpec = z.object({ listeners: z.array(z.object({ name: z.string().nullish() })).nullish() });

/** Refuses Gateways that answer anybody, in every stack but those named in the configuration. */
export function gatewayAuthentication(): StackValidationPolicy {
  return stackRule(
    {
      name: "gateway-authentication",
      description: "A Gateway authenticates every request, and no SecurityPolicy below it takes that away.",
      configSchema: {
        properties: {
          unauthenticatedStacks: {
            type: "array",
            items: { type: "string", minLength: 1 },
            default: [...defaultUnauthenticatedStacks],
            description: "Names of the stacks whose Gateways may do without authentication.",
          },
        },
      },
    },
    (objects, verdict, config) => {
      const exempt = configuredList(config, "unauthenticatedStacks", defaultUnauthenticatedStacks);
      const checked = objects.filter((object) => !exempt.includes(stackOf(object.urn)));
      const policies = checked
        .filter((object) => isKind(object, "gateway.envoyproxy.io", "SecurityPolicy"))
        .map((object) => observeSecurityPolicy(object, verdict));
      for (const object of checked) {
        if (isKind(object, "gateway.networking.k8s.io", "Gateway")) checkGateway(object, policies, verdict);
      }
      for (const policy of policies) checkOverride(policy, verdict);
    },
  );
}

/** The stack's name. Stack rules are not told it, but every URN begins with it: `urn:pulumi:<stack>::<project>::…`. */
function stackOf(urn: string): string {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}

const fix =
  "add a SecurityPolicy in the Gateway's namespace whose targetRefs name the Gateway, with apiKeyAuth, jwt, oidc, basicAuth or extAuth";

function checkGateway(gateway: KubernetesObject, policies: readonly SecurityPolicy[], verdict: Verdict): void {
  verdict.attempt(() => {
    const { name, namespace } = metadataOf(gateway);
    const here = policies.filter((one) => targetsGateway(one, namespace ?? "default", name ?? ""));
    // A policy of which something is not known yet may be the one: the verdict is undecided already.
    if (here.some((one) => one.targets === undefined || one.authentication === undefined)) return;
    const sections = here
      .filter((one) => one.authentication === "required")
      .flatMap((one) => one.targets ?? [])
      .filter((target) => target.kind === "Gateway" && target.name === name)
      .map((target) => target.sectionName);
    if (sections.includes(undefined)) return;
    const open = listenersOf(gateway).filter((listener) => !sections.includes(listener));
    if (sections.length > 0 && open.length === 0) return;
    verdict.refuse(gateway, {
      found:
        sections.length === 0
          ? "no SecurityPolicy that targets it and requires authentication"
          : `no authentication on the listener${open.length === 1 ? "" : "s"} ${open.join(", ")}`,
      allowed: "a SecurityPolicy that requires authentication for the whole Gateway, or one for each listener",
      fix,
    });
  });
}

function listenersOf(gateway: KubernetesObject): readonly string[] {
  const shape = readShape(gatewaySpec, valueAt(gateway.body, ["spec"]));
  return "value" in shape ? (shape.value.listeners ?? []).map((listener) => listener.name ?? "") : ["(unreadable)"];
}

/**
 * Envoy Gateway applies only the most specific SecurityPolicy, unless it is merged: one without authentication opens what it targets.
 * TCP routes know no authentication.
 */
function checkOverride(policy: SecurityPolicy, verdict: Verdict): void {
  const { authentication, merged, targets } = policy;
  if (authentication === undefined || merged === undefined || targets === undefined) return;
  if (authentication === "required" || (authentication === "none" && merged)) return;
  if (targets.length > 0 && targets.every((target) => target.kind === "TCPRoute")) return;
  verdict.refuse(policy.object, {
    found:
      authentication === "optional"
        ? "authentication that lets requests pass without it (jwt.optional, jwt.failOpen, extAuth.failOpen or oidc.passThroughAuthHeader)"
        : "no authentication, while it replaces the Gateway's SecurityPolicy for what it targets",
    allowed: "a SecurityPolicy that requires authentication; on a route also one with mergeType and none of its own",
    fix: "require authentication in it too, or set mergeType to StrategicMerge where it targets a route",
  });
}
