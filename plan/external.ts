import type { Catalogue, ProviderPath } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { namesOf } from "./customisation.ts";
import { label } from "./names.ts";
import type { SelectedProvider, Selection } from "./select.ts";
import type { ExternalRoutePlan } from "./types.ts";

/** HTTPS. */
const port = 443;

/** Seconds that the gateway waits for a whole answer, as for a chat specialist of its own. */
const timeoutSeconds = 600;

const modelPart = "{model}";
const regionPart = "{region}";

const keyOf = ({ provider }: SelectedProvider, key = "") => `polymath:external.${provider.id}${key && `.${key}`}`;

const modelOf = (config: EnvironmentConfig, { provider }: SelectedProvider): string =>
  config.external[provider.id]?.model ?? provider.model;

const regionOf = (config: EnvironmentConfig, { provider }: SelectedProvider): string | null =>
  config.external[provider.id]?.region ?? provider.region;

/** The paths of a model. SDKs escape the colon of a version, as in `nova-2-lite-v1%3A0`, and others do not: both count. */
function pathsOf({ provider }: SelectedProvider, model: string): readonly ProviderPath[] {
  return provider.api.paths.flatMap(({ path, target, dialect }) => {
    const spellings = path.includes(modelPart) ? new Set([model, encodeURIComponent(model)]) : [model];
    return [...spellings].map((written) => ({
      path: path.replace(modelPart, written),
      target: target.replace(modelPart, written),
      dialect,
    }));
  });
}

/** Names that requests call external models by. */
export const externalNames = (config: EnvironmentConfig, { providers }: Selection): readonly string[] =>
  providers.flatMap((one) => (one.provider.api.kind === "chat" ? [modelOf(config, one)] : []));

/** Routes to the external providers of an environment that passed its checks. */
export function externalRoutes(config: EnvironmentConfig, { providers }: Selection): readonly ExternalRoutePlan[] {
  return providers.map((one): ExternalRoutePlan => {
    const { id, host, api, credential } = one.provider;
    const model = modelOf(config, one);
    return {
      provider: id,
      objectName: label("external", id),
      domain: one.bundle.id,
      host: host.replace(regionPart, regionOf(config, one) ?? ""),
      port,
      api: api.kind,
      model,
      names: api.kind === "chat" ? [model] : [],
      paths: pathsOf(one, model),
      credential,
      timeoutSeconds,
    };
  });
}

/** Faults of `polymath:external`, and names or paths that an external provider shares with something else. */
export function checkExternal(
  config: EnvironmentConfig,
  selection: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  return [
    ...unknownProviders(config, selection, catalogue),
    ...selection.providers.flatMap((one) => [...regionFaults(config, one), ...modelFaults(config, one)]),
    ...sharedNames(config, selection),
    ...sharedPaths(config, selection),
  ];
}

function unknownProviders(
  config: EnvironmentConfig,
  { providers }: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  const known = [...catalogue.providers.keys()];
  return Object.keys(config.external).flatMap((id) => {
    if (providers.some(({ provider }) => provider.id === id)) return [];
    const path = `polymath:external.${id}`;
    const allowed = providers.map(({ provider }) => provider.id).join(", ") || "none: no external provider is selected";
    if (!catalogue.providers.has(id))
      return [refusal("unknown-provider", path, `"${id}"`, known.join(", "), suggest(id, known))];
    const home = [...catalogue.bundles.values()].find((bundle) => bundle.providers.includes(id));
    const fix = home ? `add ${home.id} to polymath:bundles, or remove it` : "remove it";
    return [refusal("provider-not-selected", path, `"${id}"`, allowed, fix)];
  });
}

function regionFaults(config: EnvironmentConfig, one: SelectedProvider): readonly Finding[] {
  const { id, host } = one.provider;
  const asked = config.external[id]?.region;
  const path = keyOf(one, "region");
  if (host.includes(regionPart))
    return regionOf(config, one) === null
      ? [refusal("region-missing", path, "nothing", `the region in ${host}`, `write ${path}`)]
      : [];
  if (asked === undefined) return [];
  return [refusal("region-not-used", path, `"${asked}"`, `nothing: ${host} has no region`, "remove the key")];
}

/** Envoy takes an escaped slash for a real one. */
function modelFaults(config: EnvironmentConfig, one: SelectedProvider): readonly Finding[] {
  const model = modelOf(config, one);
  if (!model.includes("/") || !one.provider.api.paths.some(({ path }) => path.includes(modelPart))) return [];
  const allowed = `a model id without a slash, since ${one.provider.id} takes it in the path`;
  const fix = "name the id of a model or an inference profile, not its ARN";
  return [refusal("model-not-in-path", keyOf(one, "model"), `"${model}"`, allowed, fix)];
}

function sharedNames(config: EnvironmentConfig, { specialists, providers }: Selection): readonly Finding[] {
  const taken = new Map(
    specialists.flatMap(({ row }) => namesOf(row.name, [], row.adapters).map((name) => [name, row.name] as const)),
  );
  return providers.flatMap((one) => {
    if (one.provider.api.kind !== "chat") return [];
    const name = modelOf(config, one);
    const other = taken.get(name);
    taken.set(name, one.provider.id);
    return other === undefined ? [] : [shared("duplicate-name", one, `model "${name}"`, other)];
  });
}

function sharedPaths(config: EnvironmentConfig, { providers }: Selection): readonly Finding[] {
  const taken = new Map<string, string>();
  return providers.flatMap((one) => {
    if (one.provider.api.kind !== "rest") return [];
    const paths = pathsOf(one, modelOf(config, one)).map(({ path }) => path);
    const path = paths.find((each) => taken.has(each)) ?? "";
    const other = taken.get(path);
    for (const each of paths) taken.set(each, one.provider.id);
    return other === undefined ? [] : [shared("path-conflict", one, path, other)];
  });
}

const shared = (rule: string, one: SelectedProvider, what: string, other: string): Finding =>
  refusal(
    rule,
    keyOf(one, "model"),
    `${what}, under which ${other} answers too`,
    "a model that nothing else in the environment answers for",
    `name another model there, or leave ${one.provider.id} out with "only"`,
  );

/** A finding for an alias of an external model; undefined where the target is none. Bodies are not rewritten, and the provider reads them. */
export function aliasToExternal(
  config: EnvironmentConfig,
  selection: Selection,
  path: string,
  target: string,
): Finding | undefined {
  const one = selection.providers.find((each) => each.provider.id === target || modelOf(config, each) === target);
  if (!one) return undefined;
  const known = selection.specialists.map(({ row }) => row.name);
  const hit = nearest(target, known);
  return refusal(
    "alias-to-external",
    path,
    `"${target}", which ${one.provider.publisher} serves: the provider reads the name in the request's body, and nobody rewrites that`,
    known.join(", ") || "none: no specialist is selected",
    `remove the alias and let clients ${one.provider.api.kind === "chat" ? `ask for "${modelOf(config, one)}"` : "use the provider's own path"}${hit === undefined ? "" : `, or did you mean "${hit}"?`}`,
  );
}
