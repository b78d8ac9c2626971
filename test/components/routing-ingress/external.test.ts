import { describe, expect, test } from "vitest";
import type { ExternalRoutePlan } from "../../../plan/types.ts";
import type { RoutingIngressArgs } from "../../../components/routing-ingress/index.ts";
import { childrenOf, gateway as inside, named, record } from "../support.ts";

const chat: ExternalRoutePlan = {
  provider: "google-gemini",
  objectName: "external-google-gemini",
  domain: "proprietary",
  host: "generativelanguage.googleapis.com",
  port: 443,
  api: "chat",
  model: "gemini-9",
  names: ["gemini-9"],
  paths: [
    { path: "/v1/chat/completions", target: "/v1beta/openai/chat/completions", dialect: "chat-completions" },
    { path: "/v1/responses", target: "/v1/responses", dialect: "responses" },
  ],
  credential: "gemini",
  timeoutSeconds: 600,
};
const rest: ExternalRoutePlan = {
  ...chat,
  provider: "bedrock-nova-2-lite",
  objectName: "external-bedrock-nova-2-lite",
  host: "bedrock-runtime.eu-central-1.amazonaws.com",
  api: "rest",
  names: [],
  paths: [{ path: "/model/nova/converse", target: "/model/nova/converse", dialect: "converse" }],
  credential: "bedrock",
};
const twin: ExternalRoutePlan = { ...rest, provider: "bedrock-twin", objectName: "external-bedrock-twin" };
const gateway = { ...inside, external: [chat, rest, twin] };
const externalTokens = { gemini: "token-of-gemini", bedrock: "token-of-bedrock" };

const declare = (more: Partial<RoutingIngressArgs> = {}) =>
  record(async () => {
    const { RoutingIngress } = await import("../../../components/routing-ingress/index.ts");
    const apiKeys = { web: "key-of-web", batch: "key-of-batch" };
    return new RoutingIngress("ingress", {
      environment: "lab",
      gateway,
      apiKeys,
      externalTokens,
      domains: [],
      ...more,
    });
  });

const envoy = "kubernetes:gateway.envoyproxy.io/v1alpha1";
const route = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const isExternal = (child: string) => child.includes(" ingress-external");

test("without external providers nothing is declared for them", async () => {
  const registrations = await declare({ gateway: inside, externalTokens: {} });
  expect(childrenOf(registrations, "ingress").filter(isExternal)).toEqual([]);
});

test("declares exactly these children: one token and filter for each credential, one backend and route for each provider", async () => {
  expect(childrenOf(await declare(), "ingress").filter(isExternal)).toEqual([
    "kubernetes:core/v1:Secret ingress-external-bedrock",
    `${envoy}:HTTPRouteFilter ingress-external-bedrock-filter`,
    `${route} ingress-external-bedrock-nova-2-lite`,
    `${envoy}:Backend ingress-external-bedrock-nova-2-lite-backend`,
    `${route} ingress-external-bedrock-twin`,
    `${envoy}:Backend ingress-external-bedrock-twin-backend`,
    "kubernetes:core/v1:Secret ingress-external-gemini",
    `${envoy}:HTTPRouteFilter ingress-external-gemini-filter`,
    `${route} ingress-external-google-gemini`,
    `${envoy}:Backend ingress-external-google-gemini-backend`,
    `${envoy}:HTTPRouteFilter ingress-external-host-filter`,
    `${envoy}:BackendTrafficPolicy ingress-external-traffic`,
  ]);
});

test("the token is a secret, which a filter adds as a bearer token, whatever the request brought", async () => {
  const registrations = await declare();
  const { inputs, secrets } = named(registrations, "ingress-external-gemini");
  expect({ inputs, secrets }).toEqual({
    inputs: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "external-credential-gemini", namespace: "models-gateway" },
      stringData: { credential: "Bearer token-of-gemini" },
    },
    secrets: ["stringData"],
  });
  expect(named(registrations, "ingress-external-gemini-filter").inputs).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "HTTPRouteFilter",
    metadata: { name: "external-credential-gemini", namespace: "models-gateway" },
    spec: {
      credentialInjection: { overwrite: true, credential: { valueRef: { name: "external-credential-gemini" } } },
    },
  });
});

test("the backend speaks TLS with the provider itself", async () => {
  expect(named(await declare(), "ingress-external-google-gemini-backend").inputs).toEqual({
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "Backend",
    metadata: { name: "external-google-gemini", namespace: "models-gateway" },
    spec: {
      endpoints: [{ fqdn: { hostname: "generativelanguage.googleapis.com", port: 443 } }],
      tls: { wellKnownCACertificates: "System", sni: "generativelanguage.googleapis.com" },
    },
  });
});

describe("a route", () => {
  const remove = [
    "authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "cookie",
    "x-polymath-client",
    "X-Gateway-Model-Name",
    "X-Gateway-Base-Model-Name",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-envoy-external-address",
    "x-request-id",
  ];
  const header = { type: "RequestHeaderModifier", requestHeaderModifier: { remove } };
  const filter = (name: string) => ({
    type: "ExtensionRef",
    extensionRef: { group: "gateway.envoyproxy.io", kind: "HTTPRouteFilter", name },
  });
  const backend = (name: string, credential: string) => [
    { group: "gateway.envoyproxy.io", kind: "Backend", name, filters: [filter(`external-credential-${credential}`)] },
  ];

  test("by model keeps what is the gateway's own, and asks the provider under its name and path", async () => {
    const { inputs } = named(await declare(), "ingress-external-google-gemini");
    const headers = [{ type: "Exact", name: "X-Gateway-Model-Name", value: "gemini-9" }];
    const rule = (path: string, rewritten: object) => ({
      matches: [{ path: { type: "Exact", value: path }, headers }],
      filters: [
        header,
        { type: "URLRewrite", urlRewrite: { hostname: "generativelanguage.googleapis.com", ...rewritten } },
        filter("external-host"),
      ],
      backendRefs: backend("external-google-gemini", "gemini"),
      timeouts: { request: "600s" },
    });
    expect(inputs).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "external-google-gemini",
        namespace: "models-gateway",
        labels: { "polymath.dev/body-routed": "true", "polymath.dev/external": "true" },
      },
      spec: {
        parentRefs: [{ name: "gateway" }],
        hostnames: ["models.example.test"],
        rules: [
          rule("/v1/chat/completions", {
            path: { type: "ReplaceFullPath", replaceFullPath: "/v1beta/openai/chat/completions" },
          }),
          rule("/v1/responses", {}),
        ],
      },
    });
  });

  test("by path does without the router", async () => {
    const { inputs } = named(await declare(), "ingress-external-bedrock-nova-2-lite");
    expect(inputs).toMatchObject({
      metadata: { labels: { "polymath.dev/external": "true" } },
      spec: {
        rules: [
          {
            matches: [{ path: { type: "Exact", value: "/model/nova/converse" } }],
            filters: [
              header,
              { type: "URLRewrite", urlRewrite: { hostname: "bedrock-runtime.eu-central-1.amazonaws.com" } },
              filter("external-host"),
            ],
            backendRefs: backend("external-bedrock-nova-2-lite", "bedrock"),
          },
        ],
      },
    });
    expect(inputs).not.toHaveProperty(["metadata", "labels", "polymath.dev/body-routed"]);
  });

  test("comes after all that it names, and after the listener with its authentication", async () => {
    expect(named(await declare(), "ingress-external-google-gemini").dependsOn).toEqual([
      "ingress-external-gemini-filter",
      "ingress-external-google-gemini-backend",
      "ingress-external-host-filter",
      "ingress-external-traffic",
      "ingress-gateway",
      "ingress-namespace",
    ]);
  });

  test("never sends a request twice, and never tells the host that the client asked for", async () => {
    const registrations = await declare();
    expect(named(registrations, "ingress-external-traffic").inputs["spec"]).toEqual({
      targetSelectors: [
        {
          group: "gateway.networking.k8s.io",
          kind: "HTTPRoute",
          matchLabels: { "polymath.dev/external": "true" },
        },
      ],
      retry: { numRetries: 0 },
    });
    expect(named(registrations, "ingress-external-host-filter").inputs["spec"]).toEqual({
      urlRewrite: { appendXForwardedHost: false },
    });
  });
});

test("external models are listed, and named to those who ask for one that is not there", async () => {
  const registrations = await declare();
  for (const part of ["ingress-list-models-filter", "ingress-unknown-model-filter"])
    expect(JSON.stringify(named(registrations, part).inputs)).toMatch(/fin-r1.*finance.*gemini-9/);
});

test("a credential without a token is refused before anything is declared", async () => {
  await expect(declare({ externalTokens: { gemini: "token-of-gemini" } })).rejects.toThrow(
    'externalTokens has no token for "bedrock". Allowed: one for each credential of gateway.external (gemini, bedrock). Add the token, or take the provider out of gateway.external.',
  );
});
