import { bodyBasedRouter } from "../../catalogue/controllers/body-based-router.ts";
import { envoyGateway } from "../../catalogue/controllers/envoy-gateway.ts";
import type { GatewayPlan } from "../../plan/types.ts";
import { api, bodyRouted, clientHeader, group, modelHeaders, names } from "./names.ts";
import type { Manifest } from "./routes.ts";

/** Longest request body, which Envoy holds while the router reads it. */
const longestBody = "20Mi";

/** Reference to parameters of Envoy itself, where the cluster needs other ones than its defaults. */
export interface EnvoyProxyRef {
  readonly name: string;
  readonly namespace: string;
}

export const gatewayClass = (gateway: GatewayPlan, envoyProxy?: EnvoyProxyRef) => ({
  apiVersion: api.gateway,
  kind: "GatewayClass",
  metadata: { name: gateway.className },
  spec: {
    controllerName: envoyGateway.controllerName,
    ...(envoyProxy && { parametersRef: { group: group.envoy, kind: "EnvoyProxy", ...envoyProxy } }),
  },
});

export const gatewayManifest = ({ namespace, name, className, host }: GatewayPlan): Manifest => ({
  apiVersion: api.gateway,
  kind: "Gateway",
  metadata: { name, namespace },
  spec: {
    gatewayClassName: className,
    listeners: [
      { name: "http", protocol: "HTTP", port: 80, hostname: host, allowedRoutes: { namespaces: { from: "Same" } } },
    ],
  },
});

const toGateway = ({ name }: GatewayPlan) => [{ group: group.gateway, kind: "Gateway", name }];

/** What clients may send: model headers of their own are removed before the first route is looked up. */
export const clientTrafficPolicy = (gateway: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "ClientTrafficPolicy",
  metadata: { name: gateway.name, namespace: gateway.namespace },
  spec: {
    targetRefs: toGateway(gateway),
    headers: { earlyRequestHeaders: { remove: [...modelHeaders, clientHeader] } },
    connection: { bufferLimit: longestBody },
  },
});

/** Only requests that no server has seen: an answer of a model may cost minutes. */
const retry = { numRetries: 2, retryOn: { triggers: ["connect-failure", "reset-before-request"] } } as const;

/** Leaves out for a while who cannot be reached. A server that answers, with an error too, is left in. */
const failover = {
  timeout: { tcp: { connectTimeout: "1s" } },
  healthCheck: {
    passive: {
      interval: "1s",
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 2,
      consecutive5XxErrors: 0,
      // Longer than Kubernetes takes to notice a dead node, or it would be tried again before.
      baseEjectionTime: "60s",
      maxEjectionPercent: 50,
    },
  },
} as const;

/**
 * How Envoy copes with a pod that is gone before Kubernetes has noticed, which takes 50 s for a dead node.
 */
export const backendTrafficPolicy = (gateway: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "BackendTrafficPolicy",
  metadata: { name: gateway.name, namespace: gateway.namespace },
  spec: {
    targetRefs: toGateway(gateway),
    ...failover,
    retry,
  },
});

/** On the Gateway, never on a model route alone: Envoy builds the chain of filters from the route it matched first. */
export const securityPolicy = (gateway: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "SecurityPolicy",
  metadata: { name: gateway.name, namespace: gateway.namespace },
  spec: {
    targetRefs: toGateway(gateway),
    apiKeyAuth: {
      credentialRefs: [{ name: names.apiKeys }],
      // "Authorization: Bearer KEY" is what OpenAI clients send.
      extractFrom: [{ headers: ["Authorization", "x-api-key"] }],
      forwardClientIDHeader: clientHeader,
      sanitize: true,
    },
  },
});

/** The router as a backend: always TLS with a certificate of its own signing. */
export const routerBackend = ({ namespace }: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "Backend",
  metadata: { name: names.router, namespace },
  spec: {
    appProtocols: ["gateway.envoyproxy.io/h2c"],
    endpoints: [{ fqdn: { hostname: `${names.router}.${namespace}.svc.cluster.local`, port: bodyBasedRouter.port } }],
    tls: { insecureSkipVerify: true },
  },
});

/** Sends the bodies of body-routed requests through the router. */
export const extensionPolicy = ({ namespace }: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "EnvoyExtensionPolicy",
  metadata: { name: names.router, namespace },
  spec: {
    targetSelectors: [{ group: group.gateway, kind: "HTTPRoute", matchLabels: bodyRouted }],
    extProc: [
      {
        backendRefs: [{ group: group.envoy, kind: "Backend", name: names.router }],
        processingMode: { request: { body: "Buffered" } },
        messageTimeout: "5s",
        backendSettings: {
          // The router's pods come and go; the default of 30 s would fail requests for as long after each of them.
          dns: { dnsRefreshRate: "5s", respectDnsTtl: false },
          // A pod of a dead node stays in DNS for 50 s. Envoy's open connection to it would swallow requests as long: a ping before the next
          // request ends it. No pings at intervals: the router's gRPC takes those for an attack, and cuts every answer under way.
          http2: { connectionKeepalive: { idleInterval: "1s", timeout: "1s" } },
          ...failover,
          retry,
        },
      },
    ],
  },
});
