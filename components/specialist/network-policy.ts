import type * as kubernetes from "@pulumi/kubernetes";
import type { EgressPlan } from "../../plan/types.ts";

const dns = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** Ingress from one namespace on one port; egress to the cluster's DNS and to what is listed. */
export function networkPolicySpec(
  podLabels: Readonly<Record<string, string>>,
  from: string,
  port: number,
  egress: readonly EgressPlan[],
): kubernetes.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: podLabels },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from } } }],
        ports: [{ protocol: "TCP", port }],
      },
    ],
    egress: [
      dns,
      ...egress.map((target) => ({
        to: [{ ipBlock: { cidr: target.cidr, except: [...target.except] } }],
        ports: [{ protocol: "TCP", port: target.port }],
      })),
    ],
  };
}
