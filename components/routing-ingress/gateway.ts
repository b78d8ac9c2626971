import { bodyBasedRouter } from "../../catalogue/controllers/body-based-router.ts";
import { envoyGateway } from "../../catalogue/controllers/envoy-gateway.ts";
import type { GatewayPlan } from "../../plan/types.ts";
import { api, bodyRouted, group, names } from "./names.ts";
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
    headers: { earlyRequestHeaders: { remove: [...Object.values(bodyBasedRouter.headers), clientHeader] } },
    connection: { bufferLimit: longestBody },
  },
});

/** Header by which a specialist learns which client asks. */
const clientHeader = "x-polymath-client";

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
        // The router's pods come and go; the default of 30 s would fail requests for as long after each of them.
        backendSettings: { dns: { dnsRefreshRate: "5s", respectDnsTtl: false } },
      },
    ],
  },
});
