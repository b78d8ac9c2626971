import type { ApiKind, Catalogue } from "../catalogue/types.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { gatewayNamespace, label } from "./names.ts";
import type { GatewayPlan, SpecialistPlan } from "./types.ts";

/** Seconds that the gateway waits for a whole answer: long generations and folding jobs are normal. */
const timeoutSeconds: Readonly<Record<ApiKind, number>> = { chat: 600, embeddings: 60, rest: 1_800 };

/** Routes of every specialist: by model name where the API carries one, else by the API's own path. */
export function gatewayOf(
  environment: string,
  config: EnvironmentConfig,
  specialists: readonly SpecialistPlan[],
  catalogue: Catalogue,
): GatewayPlan {
  const target = ({ name, namespace, objectName, serving, api }: SpecialistPlan) => ({
    specialist: name,
    namespace,
    service: objectName,
    port: serving.port,
    timeoutSeconds: timeoutSeconds[api],
  });
  const aliasesOf = (name: string) =>
    Object.entries(config.routing.aliases)
      .flatMap(([alias, specialist]) => (specialist === name ? [alias] : []))
      .sort();
  return {
    namespace: gatewayNamespace(environment),
    name: "gateway",
    className: label("polymath", environment),
    host: config.routing.host,
    clients: config.routing.auth?.apiKey.clients ?? [],
    models: specialists
      .filter(({ api }) => api !== "rest")
      .map((one) => ({ ...target(one), names: [one.name, ...aliasesOf(one.name)] })),
    paths: specialists
      .filter(({ api }) => api === "rest")
      .flatMap((one) => (catalogue.models.get(one.model)?.api.paths ?? []).map((path) => ({ ...target(one), path }))),
  };
}
