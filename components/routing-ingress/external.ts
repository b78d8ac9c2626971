import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CredentialId } from "../../catalogue/types/index.ts";
import type { ExternalRoutePlan, GatewayPlan } from "../../plan/types.ts";
import { childOf } from "../options.ts";
import { api, bodyRouted, clientHeader, group, modelHeader, modelHeaders, names, outbound } from "./names.ts";
import { extension, httpRoute, routeFilter, type Manifest } from "./routes.ts";

/**
 * What of a request is nobody's business outside: keys of this gateway or of anything else, who asked, from where, and what the gateway
 * wrote into it. A rule takes at most sixteen, which these are.
 */
const keptInside = [
  "authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "cookie",
  clientHeader,
  ...modelHeaders,
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
  "x-envoy-external-address",
  "x-request-id",
] as const;

/** The provider's endpoint: TLS with a certificate that the system's authorities vouch for and that names the host. */
export const externalBackend = (
  { namespace }: GatewayPlan,
  { objectName, host, port }: ExternalRoutePlan,
): Manifest => ({
  apiVersion: api.envoy,
  kind: "Backend",
  metadata: { name: objectName, namespace },
  spec: {
    endpoints: [{ fqdn: { hostname: host, port } }],
    tls: { wellKnownCACertificates: "System", sni: host },
  },
});

/** Name of the Secret with a bearer token, and of the filter that adds it. */
export const externalCredential = (id: CredentialId): string => `external-credential-${id}`;

export const credentialFilter = (gateway: GatewayPlan, id: CredentialId): Manifest =>
  routeFilter(gateway, externalCredential(id), {
    credentialInjection: { overwrite: true, credential: { valueRef: { name: externalCredential(id) } } },
  });

/** Keeps the host that clients asked for out of `x-forwarded-host`. */
export const quietHostFilter = (gateway: GatewayPlan): Manifest =>
  routeFilter(gateway, names.quietHost, { urlRewrite: { appendXForwardedHost: false } });

/** Every request costs money there: none is sent twice, not even one that the provider turned down. */
export const externalTraffic = ({ namespace }: GatewayPlan): Manifest => ({
  apiVersion: api.envoy,
  kind: "BackendTrafficPolicy",
  metadata: { name: names.external, namespace },
  spec: {
    targetSelectors: [{ group: group.gateway, kind: "HTTPRoute", matchLabels: outbound }],
    retry: { numRetries: 0 },
  },
});

/** Requests that go to a provider. A rule matches at most 64 times, so each path has its own. */
export function externalRoute(gateway: GatewayPlan, external: ExternalRoutePlan): Manifest {
  const rules = external.paths.map(({ path, target }) => ({
    matches:
      external.api === "rest"
        ? [{ path: { type: "Exact", value: path } }]
        : external.names.map((name) => ({
            path: { type: "Exact", value: path },
            headers: [{ type: "Exact", name: modelHeader, value: name }],
          })),
    filters: [
      { type: "RequestHeaderModifier", requestHeaderModifier: { remove: keptInside } },
      {
        type: "URLRewrite",
        urlRewrite: {
          hostname: external.host,
          ...(path !== target && { path: { type: "ReplaceFullPath", replaceFullPath: target } }),
        },
      },
      extension(names.quietHost),
    ],
    backendRefs: [
      {
        group: group.envoy,
        kind: "Backend",
        name: external.objectName,
        // Not on the rule: a body-routed request keeps the filters of the route that it matched first, which is the catch-all; and what
        // the rule takes away goes after its filters have run, the token with it.
        filters: [extension(externalCredential(external.credential))],
      },
    ],
    timeouts: { request: `${external.timeoutSeconds}s` },
  }));
  return httpRoute(gateway, external.objectName, rules, {
    ...(external.api === "chat" && bodyRouted),
    ...outbound,
  });
}

/** Each credential that external providers ask for, once. */
const credentialsOf = ({ external }: GatewayPlan): readonly CredentialId[] => [
  ...new Set(external.map(({ credential }) => credential)),
];

/**
 * Declares everything on the way to external providers; nothing where there are none.
 * @param after what is made before.
 */
export function declareExternal(
  name: string,
  gateway: GatewayPlan,
  tokens: Readonly<Record<string, pulumi.Input<string>>>,
  parent: pulumi.ComponentResource,
  after: { readonly home: pulumi.Resource; readonly listener: pulumi.Resource },
): void {
  if (gateway.external.length === 0) return;
  const custom = (part: string, manifest: Manifest, ...before: readonly pulumi.Resource[]) =>
    new kubernetes.apiextensions.CustomResource(
      `${name}-${part}`,
      manifest,
      childOf(parent, { dependsOn: [after.home, ...before] }),
    );
  const traffic = custom("external-traffic", externalTraffic(gateway));
  const quietHost = custom("external-host-filter", quietHostFilter(gateway));
  const filters = new Map(
    credentialsOf(gateway).map((id) => {
      const secret = new kubernetes.core.v1.Secret(
        `${name}-external-${id}`,
        {
          metadata: { name: externalCredential(id), namespace: gateway.namespace },
          stringData: { credential: pulumi.secret(pulumi.interpolate`Bearer ${tokens[id] ?? ""}`) },
        },
        childOf(parent, { dependsOn: [after.home] }),
      );
      return [id, custom(`external-${id}-filter`, credentialFilter(gateway, id), secret)] as const;
    }),
  );
  for (const external of gateway.external) {
    const { objectName, credential } = external;
    const backend = custom(`${objectName}-backend`, externalBackend(gateway, external));
    const filter = filters.get(credential);
    const before = [after.listener, traffic, quietHost, backend, ...(filter ? [filter] : [])];
    custom(objectName, externalRoute(gateway, external), ...before);
  }
}

/** @throws pulumi.RunError that names every credential without a token. */
export function checkTokens(gateway: GatewayPlan, tokens: Readonly<Record<string, pulumi.Input<string>>>): void {
  const needed = credentialsOf(gateway);
  const missing = needed.filter((id) => tokens[id] === undefined);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    `externalTokens has no token for ${missing.map((id) => `"${id}"`).join(", ")}. Allowed: one for each credential of gateway.external (${needed.join(", ")}). Add the token, or take the provider out of gateway.external.`,
  );
}
