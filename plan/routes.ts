import type { ApiKind, Catalogue } from "../catalogue/types/index.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { gatewayNamespace, label } from "./names.ts";
import type { GatewayPlan, PathRoutePlan, SpecialistPlan } from "./types.ts";

/** Seconds that the gateway waits for a whole answer: long generations and folding jobs are normal. */
const timeoutSeconds: Readonly<Record<ApiKind, number>> = {
  chat: 600,
  embeddings: 60,
  rerank: 60,
  rest: 1_800,
};

/** Whether a path is one of those that many servers share and that name the model in the body. */
export const openAiPath = (path: string): boolean =>
  ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/ranking", "/v1/models"].includes(path);

const everythingBelow = "/*";

/** Paths that one model of the catalogue alone answers on; they need no specialist's name before them. */
function barePaths(catalogue: Catalogue): ReadonlySet<string> {
  const all = [...catalogue.models.values()].flatMap(({ api }) => api.paths);
  const counts = Map.groupBy(all, (path) => path);
  return new Set([...counts].flatMap(([path, of]) => (of.length === 1 ? [path] : [])));
}

/**
 * Public paths of a specialist's own API: each below its name, and where the catalogue has no other model on that path, as the server
 * itself has it. What else an environment holds changes neither.
 * @param bare paths that need no name before them.
 */
function pathRoutes(
  target: Omit<PathRoutePlan, "path" | "target" | "match">,
  model: string,
  catalogue: Catalogue,
  bare: ReadonlySet<string>,
): readonly PathRoutePlan[] {
  // A second specialist on the same model has its name before every path.
  const isCatalogues = catalogue.specialists.get(target.specialist)?.model === model;
  return (catalogue.models.get(model)?.api.paths ?? [])
    .filter((path) => !openAiPath(path))
    .flatMap((path): readonly PathRoutePlan[] => {
      const match = path.endsWith(everythingBelow) ? "prefix" : "exact";
      const own = match === "prefix" ? path.slice(0, -everythingBelow.length) : path;
      const named = { ...target, path: `/${target.specialist}${own}`, target: own, match } as const;
      return isCatalogues && bare.has(path) ? [{ ...named, path: own }, named] : [named];
    });
}

/**
 * Routes of every specialist: by model name where the API carries one, else by the API's own path.
 * @param kit the catalogue without the stack's own models.
 */
export function gatewayOf(
  environment: string,
  config: EnvironmentConfig,
  specialists: readonly SpecialistPlan[],
  catalogue: Catalogue,
  kit: Catalogue,
): Omit<GatewayPlan, "external"> {
  const target = ({ name, namespace, objectName, serving, api }: SpecialistPlan) => ({
    specialist: name,
    namespace,
    service: objectName,
    port: serving.port,
    timeoutSeconds: timeoutSeconds[api],
  });
  const bare = barePaths(kit);
  return {
    namespace: gatewayNamespace(environment),
    name: "gateway",
    className: label("polymath", environment),
    host: config.routing.host,
    clients: config.routing.auth?.apiKey.clients ?? [],
    models: specialists.filter(({ api }) => api !== "rest").map((one) => ({ ...target(one), names: one.names })),
    paths: specialists.flatMap((one) => pathRoutes(target(one), one.model, catalogue, bare)),
  };
}
