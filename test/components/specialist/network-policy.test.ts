import { expect, test } from "vitest";
import { networkPolicySpec } from "../../../components/specialist/network-policy.ts";

const dns = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

test("without egress, pods are reached from one namespace on one port and reach only the cluster's DNS", () => {
  expect(networkPolicySpec({ app: "a" }, "envoy-gateway-system", 8000, [])).toEqual({
    podSelector: { matchLabels: { app: "a" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } } }],
        ports: [{ protocol: "TCP", port: 8000 }],
      },
    ],
    egress: [dns],
  });
});

test("each line of egress is one rule with its exceptions", () => {
  const egress = [
    { reason: "weights", cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16"], port: 443 },
    { reason: "store", cidr: "10.1.2.0/24", except: [], port: 9000 },
  ];
  expect(networkPolicySpec({}, "a", 1, egress).egress).toEqual([
    dns,
    {
      to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16"] } }],
      ports: [{ protocol: "TCP", port: 443 }],
    },
    { to: [{ ipBlock: { cidr: "10.1.2.0/24", except: [] } }], ports: [{ protocol: "TCP", port: 9000 }] },
  ]);
});
