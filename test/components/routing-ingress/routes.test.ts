import { describe, expect, test } from "vitest";
import { z } from "zod";
import { extensionPolicy } from "../../../components/routing-ingress/gateway.ts";
import {
  catchAllRoute,
  modelListFilter,
  modelListRoute,
  modelRoute,
  pathRoute,
  referenceGrant,
  unknownModelFilter,
  type Manifest,
} from "../../../components/routing-ingress/routes.ts";
import type { GatewayPlan, ModelRoutePlan, PathRoutePlan } from "../../../plan/types.ts";
import { gateway } from "../support.ts";

const model: ModelRoutePlan = {
  specialist: "fin-r1",
  names: ["fin-r1", "finance"],
  namespace: "models-finance",
  service: "fin-r1",
  port: 8000,
  timeoutSeconds: 600,
};
const path: PathRoutePlan = {
  specialist: "boltz2",
  path: "/biology/mit/boltz2/predict",
  target: "/biology/mit/boltz2/predict",
  match: "exact",
  namespace: "models-biology",
  service: "boltz2",
  port: 8001,
  timeoutSeconds: 1800,
};
const attached = { parentRefs: [{ name: "gateway" }], hostnames: ["models.example.test"] };
const direct = (name: string) => [
  {
    type: "ExtensionRef",
    extensionRef: { group: "gateway.envoyproxy.io", kind: "HTTPRouteFilter", name },
  },
];

describe("routes", () => {
  test("a model is found by each of its names in the router's header", () => {
    expect(modelRoute(gateway, model)).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "model-fin-r1",
        namespace: "models-gateway",
        labels: { "polymath.dev/body-routed": "true" },
      },
      spec: {
        ...attached,
        rules: [
          {
            matches: ["fin-r1", "finance"].map((value) => ({
              path: { type: "PathPrefix", value: "/v1" },
              headers: [{ type: "Exact", name: "X-Gateway-Model-Name", value }],
            })),
            backendRefs: [{ name: "fin-r1", namespace: "models-finance", port: 8000 }],
            timeouts: { request: "600s" },
          },
        ],
      },
    });
  });

  test("the APIs of a specialist's own are found by their paths, which the server sees as its own", () => {
    const rule = (value: string) => ({
      matches: [{ path: { type: "Exact", value } }],
      backendRefs: [{ name: "boltz2", namespace: "models-biology", port: 8001 }],
      timeouts: { request: "1800s" },
    });
    const rewritten = (value: string, urlRewrite: unknown, type = "Exact") => ({
      ...rule(value),
      matches: [{ path: { type, value } }],
      filters: [{ type: "URLRewrite", urlRewrite: { path: urlRewrite } }],
    });
    const routes: readonly PathRoutePlan[] = [
      path,
      { ...path, path: "/boltz2/biology/mit/boltz2/predict" },
      { ...path, path: "/boltz2/v2", target: "/v2", match: "prefix" },
    ];
    expect(pathRoute(gateway, "boltz2", routes)).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "path-boltz2", namespace: "models-gateway" },
      spec: {
        ...attached,
        rules: [
          rule("/biology/mit/boltz2/predict"),
          rewritten("/boltz2/biology/mit/boltz2/predict", {
            type: "ReplaceFullPath",
            replaceFullPath: "/biology/mit/boltz2/predict",
          }),
          rewritten("/boltz2/v2", { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" }, "PathPrefix"),
        ],
      },
    });
  });

  test("what no model route takes is answered by a filter, and the router sees it first", () => {
    const route = catchAllRoute(gateway);
    expect(route).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "unknown-model",
        namespace: "models-gateway",
        labels: { "polymath.dev/body-routed": "true" },
      },
      spec: {
        ...attached,
        rules: [{ matches: [{ path: { type: "PathPrefix", value: "/v1" } }], filters: direct("unknown-model") }],
      },
    });
    expect(extensionPolicy(gateway).spec["targetSelectors"]).toMatchObject([{ matchLabels: route.metadata.labels }]);
  });

  test("the list of models is answered by a filter, without the router", () => {
    expect(modelListRoute(gateway)).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "list-models", namespace: "models-gateway" },
      spec: {
        ...attached,
        rules: [
          {
            matches: [{ path: { type: "Exact", value: "/v1/models" }, method: "GET" }],
            filters: direct("list-models"),
          },
        ],
      },
    });
  });

  test("no specialist's name takes the name of a route of the gateway's own", () => {
    const own = new Set([catchAllRoute(gateway), modelListRoute(gateway)].map(({ metadata }) => metadata.name));
    const services = ["list", "models", "list-models", "unknown-model", "gateway"];
    const routes = services.flatMap((service) => [
      modelRoute(gateway, { ...model, service }).metadata.name,
      pathRoute(gateway, service, [path]).metadata.name,
    ]);
    expect(routes.filter((name) => own.has(name))).toEqual([]);
  });

  test("a domain lets the gateway's routes reach its Services", () => {
    expect(referenceGrant(gateway, "models-finance")).toEqual({
      apiVersion: "gateway.networking.k8s.io/v1beta1",
      kind: "ReferenceGrant",
      metadata: { name: "gateway", namespace: "models-finance" },
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "models-gateway" }],
        to: [{ group: "", kind: "Service" }],
      },
    });
  });
});

const filter = z.strictObject({
  directResponse: z.strictObject({
    contentType: z.literal("application/json"),
    statusCode: z.number(),
    body: z.strictObject({ type: z.literal("Inline"), inline: z.string() }),
  }),
});

const responseOf = (manifest: Manifest) => {
  const { statusCode, body } = filter.parse(manifest.spec).directResponse;
  return { statusCode, bytes: Buffer.byteLength(body.inline), body: JSON.parse(body.inline) as unknown };
};

/** A gateway with so many models that no direct response holds them all. */
const crowded = (count: number, nameOf: (index: number) => string): GatewayPlan => ({
  ...gateway,
  models: Array.from({ length: count }, (_, index) => ({ ...model, names: [nameOf(index)] })),
});
const many = crowded(200, (index) => `specialist-with-a-long-name-${String(index).padStart(3, "0")}`);

describe("direct responses", () => {
  test("an unknown model is answered as OpenAI does, with the names that would do", () => {
    const manifest = unknownModelFilter(gateway);
    expect({ ...manifest, spec: {} }).toEqual({
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "HTTPRouteFilter",
      metadata: { name: "unknown-model", namespace: "models-gateway" },
      spec: {},
    });
    expect(responseOf(manifest)).toEqual({
      statusCode: 404,
      bytes: 179,
      body: {
        error: {
          message: "No specialist serves this model, or the request names none. Known: fin-r1, finance.",
          type: "invalid_request_error",
          param: "model",
          code: "model_not_found",
        },
      },
    });
  });

  test("the list of models has the shape of OpenAI's", () => {
    const manifest = modelListFilter(gateway);
    expect(manifest.metadata).toEqual({ name: "list-models", namespace: "models-gateway" });
    expect(responseOf(manifest)).toEqual({
      statusCode: 200,
      bytes: 161,
      body: {
        object: "list",
        data: [
          { id: "fin-r1", object: "model", created: 0, owned_by: "polymath" },
          { id: "finance", object: "model", created: 0, owned_by: "polymath" },
        ],
      },
    });
  });

  test("no list is cut that fits", () => {
    const { body } = responseOf(modelListFilter(crowded(20, (index) => `m${index}`)));
    expect(z.looseObject({ data: z.array(z.unknown()) }).parse(body).data.length).toBe(20);
    expect(Object.keys(z.looseObject({}).parse(body))).toEqual(["object", "data"]);
  });

  test("200 models stay within 4,096 bytes, and the answers say how many are left off", () => {
    const unknown = responseOf(unknownModelFilter(many));
    const { message } = z.object({ error: z.object({ message: z.string() }) }).parse(unknown.body).error;
    const kept = message.split("Known: ")[1]?.split(", ").length ?? 0;
    expect(unknown.bytes).toBeLessThanOrEqual(4096);
    expect(unknown.bytes).toBeGreaterThan(4096 - 40);
    expect(message.endsWith(`specialist-with-a-long-name-${kept - 1} and ${200 - kept} more.`)).toBe(true);

    const list = responseOf(modelListFilter(many));
    const { data, left_off: leftOff } = z.object({ data: z.array(z.unknown()), left_off: z.number() }).parse(list.body);
    expect(list.bytes).toBeLessThanOrEqual(4096);
    expect(list.bytes).toBeGreaterThan(4096 - 100);
    expect(data.length + leftOff).toBe(200);
  });

  test("bytes count, not characters", () => {
    const accented = crowded(200, (index) => `spécialiste-très-éloigné-${index}`);
    expect(responseOf(unknownModelFilter(accented)).bytes).toBeLessThanOrEqual(4096);
    expect(responseOf(modelListFilter(accented)).bytes).toBeLessThanOrEqual(4096);
  });

  test("a gateway without models says so", () => {
    const empty: GatewayPlan = { ...gateway, models: [] };
    expect(responseOf(modelListFilter(empty)).body).toEqual({ object: "list", data: [] });
    expect(responseOf(unknownModelFilter(empty)).body).toMatchObject({
      error: { message: "No specialist serves this model, or the request names none. Known: none." },
    });
  });
});
