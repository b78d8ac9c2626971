import { expect, test } from "vitest";
import {
  backendTrafficPolicy,
  clientTrafficPolicy,
  extensionPolicy,
  gatewayClass,
  gatewayManifest,
  routerBackend,
  securityPolicy,
} from "../../../components/routing-ingress/gateway.ts";
import { gateway } from "../support.ts";

const toGateway = [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "gateway" }];
const here = { name: "gateway", namespace: "models-gateway" };

test("the class is Envoy Gateway's, with parameters only where a cluster needs them", () => {
  const plain = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "models" },
    spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
  };
  expect(gatewayClass(gateway)).toEqual(plain);
  expect(gatewayClass(gateway, { name: "rehearsal", namespace: "envoy-gateway-system" })).toEqual({
    ...plain,
    spec: {
      ...plain.spec,
      parametersRef: {
        group: "gateway.envoyproxy.io",
        kind: "EnvoyProxy",
        name: "rehearsal",
        namespace: "envoy-gateway-system",
      },
    },
  });
});

test("the Gateway takes routes of its own namespace for its own host", () => {
  expect(gatewayManifest(gateway)).toEqual({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: here,
    spec: {
      gatewayClassName: "models",
      listeners: [
        {
          name: "http",
          protocol: "HTTP",
          port: 80,
          hostname: "models.example.test",
          allowedRoutes: { namespaces: { from: "Same" } },
        },
      ],
    },
  });
});

test("what clients send as model or client header is removed before the first route is looked up", () => {
  expect(clientTrafficPolicy(gateway)).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "ClientTrafficPolicy",
    metadata: here,
    spec: {
      targetRefs: toGateway,
      headers: {
        earlyRequestHeaders: { remove: ["X-Gateway-Model-Name", "X-Gateway-Base-Model-Name", "x-polymath-client"] },
      },
      connection: { bufferLimit: "20Mi" },
    },
  });
});

const failover = {
  timeout: { tcp: { connectTimeout: "1s" } },
  healthCheck: {
    passive: {
      interval: "1s",
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 2,
      consecutive5XxErrors: 0,
      baseEjectionTime: "60s",
      maxEjectionPercent: 50,
    },
  },
};

test("a request that no server has seen is sent to another one, and a server that cannot be reached is left out", () => {
  expect(backendTrafficPolicy(gateway)).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "BackendTrafficPolicy",
    metadata: here,
    spec: {
      targetRefs: toGateway,
      ...failover,
      retry: { numRetries: 2, retryOn: { triggers: ["connect-failure", "reset-before-request"] } },
    },
  });
});

test("authentication is on the Gateway", () => {
  expect(securityPolicy(gateway)).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "SecurityPolicy",
    metadata: here,
    spec: {
      targetRefs: toGateway,
      apiKeyAuth: {
        credentialRefs: [{ name: "api-keys" }],
        extractFrom: [{ headers: ["Authorization", "x-api-key"] }],
        forwardClientIDHeader: "x-polymath-client",
        sanitize: true,
      },
    },
  });
});

test("the router is a backend over TLS of its own signing", () => {
  expect(routerBackend(gateway)).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "Backend",
    metadata: { name: "body-based-router", namespace: "models-gateway" },
    spec: {
      appProtocols: ["gateway.envoyproxy.io/h2c"],
      endpoints: [{ fqdn: { hostname: "body-based-router.models-gateway.svc.cluster.local", port: 9004 } }],
      tls: { insecureSkipVerify: true },
    },
  });
});

test("bodies of labelled routes go through the router", () => {
  expect(extensionPolicy(gateway)).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "EnvoyExtensionPolicy",
    metadata: { name: "body-based-router", namespace: "models-gateway" },
    spec: {
      targetSelectors: [
        {
          group: "gateway.networking.k8s.io",
          kind: "HTTPRoute",
          matchLabels: { "polymath.dev/body-routed": "true" },
        },
      ],
      extProc: [
        {
          backendRefs: [{ group: "gateway.envoyproxy.io", kind: "Backend", name: "body-based-router" }],
          // The router's pods come and go behind a headless Service, and one on a dead node stays in DNS for a while.
          backendSettings: {
            dns: { dnsRefreshRate: "5s", respectDnsTtl: false },
            // With an "interval" the router ends the connection after the third ping, and with it every answer under way.
            http2: { connectionKeepalive: { idleInterval: "1s", timeout: "1s" } },
            ...failover,
            retry: { numRetries: 2, retryOn: { triggers: ["connect-failure", "reset-before-request"] } },
          },
          processingMode: { request: { body: "Buffered" } },
          messageTimeout: "5s",
        },
      ],
    },
  });
});
