import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "../../plan/names.ts";
import type { GatewayPlan } from "../../plan/types.ts";
import { declareNamespace } from "../namespace.ts";
import { childOf } from "../options.ts";
import {
  backendTrafficPolicy,
  clientTrafficPolicy,
  extensionPolicy,
  gatewayClass,
  gatewayManifest,
  routerBackend,
  securityPolicy,
  type EnvoyProxyRef,
} from "./gateway.ts";
import { checkTokens, declareExternal } from "./external.ts";
import { names } from "./names.ts";
import { declareRouter } from "./router.ts";
import {
  catchAllRoute,
  modelListFilter,
  modelListRoute,
  modelRoute,
  pathRoute,
  referenceGrant,
  unknownModelFilter,
  type Manifest,
} from "./routes.ts";

export interface RoutingIngressArgs {
  readonly environment: string;
  /** Names, host and routes. */
  readonly gateway: GatewayPlan;
  /** API key by client; secrets. Needed for each client of the gateway. */
  readonly apiKeys: Readonly<Record<string, pulumi.Input<string>>>;
  /** Bearer token by credential; secrets. Needed for each credential of `gateway.external`. Default: none. */
  readonly externalTokens?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Namespaces with specialists, made before: each gets a grant. */
  readonly domains: readonly { readonly name: string; readonly namespace: pulumi.Input<string> }[];
  /** Parameters of Envoy itself. Default: Envoy Gateway's own. */
  readonly envoyProxy?: EnvoyProxyRef;
}

/**
 * One host for every specialist: by model name over the OpenAI-compatible API, by path for the others. Needs Envoy Gateway 1.9 with
 * `extensionApis.enableBackend: true`.
 * @throws pulumi.RunError where a client of the gateway has no key, or an external provider no token.
 */
export class RoutingIngress extends pulumi.ComponentResource {
  readonly host: string;

  constructor(name: string, args: RoutingIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    // Before the first resource, since what is declared is created even if the program fails later.
    const apiKeys = keysOf(args);
    checkTokens(args.gateway, args.externalTokens ?? {});
    super("polymath:index:RoutingIngress", name, {}, opts);
    const { gateway, environment } = args;
    const { namespace } = gateway;
    this.host = gateway.host;
    const own = { [labels.environment]: environment, [labels.component]: "gateway" };
    const { home, deny } = declareNamespace(name, { namespace, labels: own, enforce: "restricted" }, this);
    const inHome = (...after: readonly pulumi.Resource[]) => childOf(this, { dependsOn: [home, ...after] });
    const custom = (part: string, manifest: Manifest, ...after: readonly pulumi.Resource[]) =>
      new kubernetes.apiextensions.CustomResource(`${name}-${part}`, manifest, inHome(...after));

    const gatewayClassResource = new kubernetes.apiextensions.CustomResource(
      `${name}-class`,
      gatewayClass(gateway, args.envoyProxy),
      childOf(this),
    );
    const traffic = custom("client-traffic", clientTrafficPolicy(gateway));
    const backendTraffic = custom("backend-traffic", backendTrafficPolicy(gateway));
    const guards: pulumi.Resource[] = [deny, traffic, backendTraffic, gatewayClassResource];
    if (gateway.clients.length > 0) {
      const keys = new kubernetes.core.v1.Secret(
        `${name}-api-keys`,
        { metadata: { name: names.apiKeys, namespace }, stringData: apiKeys },
        inHome(),
      );
      guards.push(custom("security", securityPolicy(gateway), keys));
    }
    // Policies come before the listener that they guard.
    const listener = custom("gateway", gatewayManifest(gateway), ...guards);

    declareRouter(`${name}-router`, { namespace, environment }, this, home);
    custom("router-backend", routerBackend(gateway));
    custom("router-extension", extensionPolicy(gateway));
    const unknownModel = custom("unknown-model-filter", unknownModelFilter(gateway));
    custom("unknown-model", catchAllRoute(gateway), listener, unknownModel);
    const listModels = custom("list-models-filter", modelListFilter(gateway));
    custom("list-models", modelListRoute(gateway), listener, listModels);
    for (const route of gateway.models) {
      const manifest = modelRoute(gateway, route);
      custom(manifest.metadata.name, manifest, listener);
    }
    for (const [service, routes] of Map.groupBy(gateway.paths, ({ service }) => service)) {
      const manifest = pathRoute(gateway, service, routes);
      custom(manifest.metadata.name, manifest, listener);
    }
    declareExternal(name, gateway, args.externalTokens ?? {}, this, { home, listener });
    for (const domain of args.domains) {
      const manifest = referenceGrant(gateway, domain.name);
      // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
      new kubernetes.apiextensions.CustomResource(
        `${name}-grant-${domain.name}`,
        { ...manifest, metadata: { ...manifest.metadata, namespace: domain.namespace } },
        childOf(this),
      );
    }
    this.registerOutputs({ host: this.host });
  }
}

/** @throws pulumi.RunError that names every client without a key. */
function keysOf({ gateway, apiKeys }: RoutingIngressArgs): Readonly<Record<string, pulumi.Output<string>>> {
  const missing = gateway.clients.filter((client) => apiKeys[client] === undefined);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `apiKeys has no key for ${missing.map((client) => `"${client}"`).join(", ")}. Allowed: one for each client of the gateway (${gateway.clients.join(", ")}). Add the key, or take the client out of gateway.clients.`,
    );
  }
  return Object.fromEntries(gateway.clients.map((client) => [client, pulumi.secret(apiKeys[client] ?? "")]));
}
