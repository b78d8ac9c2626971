import type { GatewayPlan, ModelRoutePlan, PathRoutePlan } from "../../plan/types.ts";
import { label } from "../../plan/names.ts";
import { api, bodyRouted, group, modelHeader, names } from "./names.ts";

/** An object of a custom resource, plain. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Envoy holds direct responses in its configuration: at most this many bytes. */
const longestDirectResponse = 4_096;

const backend = ({ namespace, service, port }: ModelRoutePlan | PathRoutePlan) => ({ name: service, namespace, port });

const timeouts = ({ timeoutSeconds }: ModelRoutePlan | PathRoutePlan) => ({ request: `${timeoutSeconds}s` });

/** A route of the gateway's host. */
export function httpRoute(
  gateway: GatewayPlan,
  name: string,
  rules: readonly unknown[],
  labels?: Readonly<Record<string, string>>,
): Manifest {
  return {
    apiVersion: api.gateway,
    kind: "HTTPRoute",
    metadata: { name, namespace: gateway.namespace, ...(labels && { labels }) },
    spec: { parentRefs: [{ name: gateway.name }], hostnames: [gateway.host], rules },
  };
}

/** Requests whose body names this specialist: one match for each name, of which a rule takes 64. */
export const modelRoute = (gateway: GatewayPlan, route: ModelRoutePlan): Manifest =>
  httpRoute(
    gateway,
    label("model", route.service),
    [
      {
        matches: route.names.map((name) => ({
          path: { type: "PathPrefix", value: "/v1" },
          headers: [{ type: "Exact", name: modelHeader, value: name }],
        })),
        backendRefs: [backend(route)],
        timeouts: timeouts(route),
      },
    ],
    bodyRouted,
  );

/** The server knows its own path, not the one with its name before it. */
const rewriteOf = ({ match, target }: PathRoutePlan) => ({
  type: "URLRewrite",
  urlRewrite: {
    path:
      match === "exact"
        ? { type: "ReplaceFullPath", replaceFullPath: target }
        : { type: "ReplacePrefixMatch", replacePrefixMatch: target },
  },
});

/** The APIs of one specialist's own, by their exact paths. One route for all of them: names made of paths could meet. */
export const pathRoute = (gateway: GatewayPlan, service: string, routes: readonly PathRoutePlan[]): Manifest =>
  httpRoute(
    gateway,
    label("path", service),
    routes.map((route) => ({
      matches: [{ path: { type: route.match === "exact" ? "Exact" : "PathPrefix", value: route.path } }],
      ...(route.path !== route.target && { filters: [rewriteOf(route)] }),
      backendRefs: [backend(route)],
      timeouts: timeouts(route),
    })),
  );

const filterKind = "HTTPRouteFilter";

/** A filter of Envoy Gateway's own, by its name, among the filters of a rule or a backend. */
export const extension = (name: string) => ({
  type: "ExtensionRef",
  extensionRef: { group: group.envoy, kind: filterKind, name },
});

/** A filter of Envoy Gateway's own. */
export const routeFilter = (
  { namespace }: GatewayPlan,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): Manifest => ({ apiVersion: api.envoy, kind: filterKind, metadata: { name, namespace }, spec });

/** Every request below /v1 matches it first; the router then names the model and the routes are looked up again. What is left is unknown. */
export const catchAllRoute = (gateway: GatewayPlan): Manifest =>
  httpRoute(
    gateway,
    names.unknownModel,
    [{ matches: [{ path: { type: "PathPrefix", value: "/v1" } }], filters: [extension(names.unknownModel)] }],
    bodyRouted,
  );

export const modelListRoute = (gateway: GatewayPlan): Manifest =>
  httpRoute(gateway, names.modelList, [
    {
      matches: [{ path: { type: "Exact", value: "/v1/models" }, method: "GET" }],
      filters: [extension(names.modelList)],
    },
  ]);

function directResponse(gateway: GatewayPlan, name: string, statusCode: number, body: unknown): Manifest {
  return routeFilter(gateway, name, {
    directResponse: {
      contentType: "application/json",
      statusCode,
      body: { type: "Inline", inline: JSON.stringify(body) },
    },
  });
}

/** Cuts a list so that its JSON stays below the limit; says how many it left off. */
function within<Item>(items: readonly Item[], build: (kept: readonly Item[], leftOff: number) => unknown): unknown {
  for (let kept = items.length; kept > 0; kept -= 1) {
    const body = build(items.slice(0, kept), items.length - kept);
    if (Buffer.byteLength(JSON.stringify(body)) <= longestDirectResponse) return body;
  }
  return build([], items.length);
}

/** Every value of `model` that a route matches, those of external providers last. */
const publicNames = ({ models, external }: GatewayPlan) => [...models, ...external].flatMap(({ names: all }) => all);

/** Answer to a model that no specialist serves, in the shape of OpenAI's errors, with the names that would do. */
export function unknownModelFilter(gateway: GatewayPlan): Manifest {
  const known = publicNames(gateway);
  const body = within(known, (kept, leftOff) => ({
    error: {
      message: `No specialist serves this model, or the request names none. Known: ${kept.join(", ") || "none"}${leftOff > 0 ? ` and ${leftOff} more` : ""}.`,
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    },
  }));
  return directResponse(gateway, names.unknownModel, 404, body);
}

/** The list of models, so that OpenAI clients can ask for it. */
export function modelListFilter(gateway: GatewayPlan): Manifest {
  const all = publicNames(gateway);
  return directResponse(
    gateway,
    names.modelList,
    200,
    within(all, (kept, leftOff) => ({
      object: "list",
      data: kept.map((id) => ({ id, object: "model", created: 0, owned_by: "polymath" })),
      ...(leftOff > 0 && { left_off: leftOff }),
    })),
  );
}

/** Lets routes of the gateway's namespace point to Services of a domain's. */
export const referenceGrant = (gateway: GatewayPlan, namespace: string): Manifest => ({
  apiVersion: api.grant,
  kind: "ReferenceGrant",
  metadata: { name: gateway.name, namespace },
  spec: {
    from: [{ group: group.gateway, kind: "HTTPRoute", namespace: gateway.namespace }],
    to: [{ group: "", kind: "Service" }],
  },
});
