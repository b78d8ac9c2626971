/**
 * Body-based router of the Gateway API Inference Extension: reads `model` from a request's body and sets a header that routes match.
 * It always serves TLS with a certificate that it signs itself, and reads ConfigMaps of its namespace.
 * Source: kubernetes-sigs/gateway-api-inference-extension v1.3.0, cmd/bbr and config/charts/body-based-routing. Read 2026-11-23.
 */
export const bodyBasedRouter = {
  image: { repository: "registry.k8s.io/gateway-api-inference-extension/bbr", tag: "v1.3.0" },
  port: 9004,
  healthPort: 9005,
  headers: { model: "X-Gateway-Model-Name", baseModel: "X-Gateway-Base-Model-Name" },
} as const;
