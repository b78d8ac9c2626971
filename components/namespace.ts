import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { childOf } from "./options.ts";

export interface NamespaceArgs {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Pod Security level that it enforces. */
  readonly enforce: "restricted" | "privileged";
}

/** A namespace that nothing enters or leaves until a policy of its own opens it. Children: `${name}-namespace`, `${name}-default-deny`. */
export function declareNamespace(
  name: string,
  { namespace, labels, annotations, enforce }: NamespaceArgs,
  parent: pulumi.ComponentResource,
): { readonly home: kubernetes.core.v1.Namespace; readonly deny: kubernetes.networking.v1.NetworkPolicy } {
  const home = new kubernetes.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: namespace,
        labels: { ...labels, "pod-security.kubernetes.io/enforce": enforce },
        ...(annotations && { annotations }),
      },
    },
    childOf(parent),
  );
  const deny = new kubernetes.networking.v1.NetworkPolicy(
    `${name}-default-deny`,
    { metadata: { name: "default-deny", namespace }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    childOf(parent, { dependsOn: [home] }),
  );
  return { home, deny };
}
