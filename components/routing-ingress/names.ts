import { bodyBasedRouter } from "../../catalogue/controllers/body-based-router.ts";

/**
 * Objects of one gateway namespace, by role. None begins with `model-` or `path-`, as the routes of specialists do, nor is one `external-`
 * with the id of a provider.
 */
export const names = {
  router: "body-based-router",
  apiKeys: "api-keys",
  unknownModel: "unknown-model",
  modelList: "list-models",
  external: "external",
  quietHost: "external-host",
} as const;

/** Label of the routes that read the model from the body; the extension policy selects it. */
export const bodyRouted = { "polymath.dev/body-routed": "true" } as const;

/** Label of the routes that leave the cluster. */
export const outbound = { "polymath.dev/external": "true" } as const;

export const group = { gateway: "gateway.networking.k8s.io", envoy: "gateway.envoyproxy.io" } as const;
export const api = {
  gateway: `${group.gateway}/v1`,
  grant: `${group.gateway}/v1beta1`,
  envoy: `${group.envoy}/v1alpha1`,
} as const;

/** Header that the router sets and routes match. */
export const modelHeader = bodyBasedRouter.headers.model;

/** Every header that the router sets. */
export const modelHeaders: readonly string[] = Object.values(bodyBasedRouter.headers);

/** Header by which a specialist learns which client asks. */
export const clientHeader = "x-polymath-client";
