import { defineController } from "../define.ts";

/** Envoy Gateway 1.9: what the kit's objects rely on in a cluster where it is installed. */
export const envoyGateway = defineController({
  id: "envoy-gateway",
  title: "Envoy Gateway",
  publisher: "Envoy project",
  version: "1.9.1",
  image: null,
  controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
  /** Namespace of the Envoy pods, which is where requests to specialists come from. */
  namespace: "envoy-gateway-system",
  newer: { versions: [], row: null },
  notes:
    "Installed with its defaults and extensionApis.enableBackend: true. Release 1.9 brings Gateway API 1.6.1, is made for Kubernetes 1.33 to 1.36 and ends on 2027-02-14.",
  sources: [
    "https://github.com/envoyproxy/gateway/tree/v1.9.1/charts/gateway-helm",
    "https://github.com/envoyproxy/gateway/tree/v1.9.1/api/v1alpha1",
    "https://gateway.envoyproxy.io/news/releases/matrix/",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
