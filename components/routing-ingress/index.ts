import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "../../plan/names.ts";
import type { GatewayPlan } from "../../plan/types.ts";
import { childOf } from "../options.ts";
import {
  clientTrafficPolicy,
  extensionPolicy,
  gatewayClass,
  gatewayManifest,
  routerBackend,
  securityPolicy,
  type EnvoyProxyRef,
} from "./gateway.ts";
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
  /** Namespaces with specialists, made before: each gets a grant. */
  readonly domains: readonly { readonly name: string; readonly namespace: pulumi.Input<string> }[];
  /** Parameters of Envoy itself. Default: Envoy Gateway's own. */
  readonly envoyProxy?: EnvoyProxyRef;
}

/** One host for every specialist: by model name over the OpenAI-compatible API, by path for the others. Needs Envoy Gateway 1.9. */
export class RoutingIngress extends pulumi.ComponentResource {
  readonly host: string;

  constructor(name: string, args: RoutingIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:RoutingIngress", name, {}, opts);
    const { gateway, environment } = args;
    this.host = gateway.host;
    const home = new kubernetes.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: gateway.namespace,
          labels: {
            [labels.environment]: environment,
            [labels.component]: "gateway",
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      },
      childOf(this),
    );
    const namespace = home.metadata.name;
    const custom = (part: string, manifest: Manifest, options: pulumi.CustomResourceOptions = {}) =>
      new kubernetes.apiextensions.CustomResource(
        `${name}-${part}`,
        { ...manifest, metadata: { ...manifest.metadata, namespace: home.metadata.name } },
        childOf(this, options),
      );

    const deny = new kubernetes.networking.v1.NetworkPolicy(
      `${name}-default-deny`,
      { metadata: { name: "default-deny", namespace }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      childOf(this),
    );
    const gatewayClassResource = new kubernetes.apiextensions.CustomResource(
      `${name}-class`,
      gatewayClass(gateway, args.envoyProxy),
      childOf(this),
    );
    const traffic = custom("client-traffic", clientTrafficPolicy(gateway));
    const guards: pulumi.Resource[] = [deny, traffic, gatewayClassResource];
    if (gateway.clients.length > 0) {
      const keys = new kubernetes.core.v1.Secret(
        `${name}-api-keys`,
        {
          metadata: { name: names.apiKeys, namespace },
          stringData: Object.fromEntries(gateway.clients.map((client) => [client, keyOf(args, client)])),
        },
        childOf(this),
      );
      guards.push(custom("security", securityPolicy(gateway), { dependsOn: [keys] }));
    }
    // Policies come before the listener that they guard.
    const listener = custom("gateway", gatewayManifest(gateway), { dependsOn: guards });

    declareRouter(`${name}-router`, namespace, environment, this);
    const afterListener = { dependsOn: [listener] };
    custom("router-backend", routerBackend(gateway));
    custom("router-extension", extensionPolicy(gateway));
    custom("unknown-model-filter", unknownModelFilter(gateway));
    custom("unknown-model", catchAllRoute(gateway), afterListener);
    custom("model-list-filter", modelListFilter(gateway));
    custom("model-list", modelListRoute(gateway), afterListener);
    for (const route of gateway.models) {
      const manifest = modelRoute(gateway, route);
      custom(manifest.metadata.name, manifest, afterListener);
    }
    for (const route of gateway.paths) {
      const manifest = pathRoute(gateway, route);
      custom(manifest.metadata.name, manifest, afterListener);
    }
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

function keyOf({ apiKeys }: RoutingIngressArgs, client: string): pulumi.Output<string> {
  const key = apiKeys[client];
  if (key === undefined)
    throw new pulumi.RunError(`The gateway names the client "${client}", but apiKeys has no key for it; add one.`);
  return pulumi.secret(key);
}
