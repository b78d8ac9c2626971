import type { Route } from "./answer.ts";
import { chatRoute } from "./chat.ts";
import { completionsRoute } from "./completions.ts";
import { embeddingsRoute } from "./embeddings.ts";
import { healthRoutes, metricsRoute } from "./health.ts";
import { metadataRoute, modelsRoute } from "./models.ts";
import type { Persona } from "./persona.ts";
import { rankingRoute } from "./ranking.ts";
import { restRoute } from "./rest.ts";

const byKind: Record<Persona["kind"], readonly Route[]> = {
  chat: [chatRoute, completionsRoute],
  completion: [completionsRoute],
  embedding: [embeddingsRoute],
  rerank: [rankingRoute],
  rest: [],
};

const byRuntime: Record<Persona["runtime"], readonly Route[]> = {
  "nim-1": [metadataRoute],
  "nim-2": [metadataRoute],
  vllm: [metricsRoute],
  sglang: [],
  triton: [],
  custom: [],
};

/** Everything the persona answers, as one table. */
export const routesOf = (persona: Persona): readonly Route[] => [
  ...byKind[persona.kind],
  ...persona.restPaths.map(restRoute),
  modelsRoute,
  ...healthRoutes(persona),
  ...byRuntime[persona.runtime],
];
