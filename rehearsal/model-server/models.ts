import type { Route } from "./answer.ts";

/** The served names as an OpenAI list. */
export const modelsRoute: Route = {
  method: "GET",
  path: "/v1/models",
  purpose: "information",
  answer: ({ persona, startedAt }) => ({
    status: 200,
    json: {
      object: "list",
      data: persona.models.map((id) => ({ id, object: "model", created: startedAt, owned_by: "polymath" })),
    },
  }),
};

/**
 * What a NIM says about itself; the fields are NVIDIA's, and what a pod does not show is empty.
 * @see https://docs.nvidia.com/nim/alpamayo/api-reference/metadata-v-1-metadata-get
 */
export const metadataRoute: Route = {
  method: "GET",
  path: "/v1/metadata",
  purpose: "information",
  answer: ({ persona }) => ({
    status: 200,
    json: {
      assetInfo: [],
      licenseInfo: { name: "", path: "", sha: "" },
      modelInfo: persona.models.map((name) => ({ modelUrl: "", shortName: name })),
      repository_override: "",
      selectedModelProfileId: "simulated",
      version: "simulated",
    },
  }),
};
