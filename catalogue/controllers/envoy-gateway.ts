/**
 * Envoy Gateway 1.9: what the kit's objects rely on in a cluster where it is installed with its defaults and
 * `extensionApis.enableBackend: true`.
 * Source: envoyproxy/gateway v1.9.1, charts/gateway-helm and api/v1alpha1. Read 2026-11-23.
 */
export const envoyGateway = {
  version: "1.9.1",
  controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
  /** Namespace of the Envoy pods, which is where requests to specialists come from. */
  namespace: "envoy-gateway-system",
} as const;
