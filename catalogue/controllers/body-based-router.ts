import { defineController } from "../define.ts";

/** Body-based router of the Gateway API Inference Extension: reads `model` from a request's body and sets a header that routes match. */
export const bodyBasedRouter = defineController({
  id: "body-based-router",
  title: "Body-based router of the Gateway API Inference Extension",
  publisher: "Kubernetes SIG Network",
  version: "1.3.0",
  image: { repository: "registry.k8s.io/gateway-api-inference-extension/bbr", tag: "v1.3.0" },
  port: 9004,
  healthPort: 9005,
  headers: { model: "X-Gateway-Model-Name", baseModel: "X-Gateway-Base-Model-Name" },
  newer: { versions: [], row: null },
  notes:
    "It always serves TLS with a certificate that it signs itself, and reads ConfigMaps of its namespace. The extension's release 1.6.0 has no router any more: it went on as llm-d/llm-d-inference-payload-processor.",
  sources: [
    "https://github.com/kubernetes-sigs/gateway-api-inference-extension/tree/v1.3.0/cmd/bbr",
    "https://github.com/kubernetes-sigs/gateway-api-inference-extension/tree/v1.3.0/config/charts/body-based-routing",
    "https://github.com/kubernetes-sigs/gateway-api-inference-extension/blob/v1.6.0/README.md",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
