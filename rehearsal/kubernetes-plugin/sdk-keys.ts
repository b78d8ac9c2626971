import { isMap, type Properties } from "../kube/paths.ts";

/** Fields of a schema whose dashes an SDK cannot spell: it writes `x_kubernetes_list_type`, the API server `x-kubernetes-list-type`. */
const dashed = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const toDashes: ReadonlyMap<string, string> = new Map(dashed.map((key) => [key.replaceAll("-", "_"), key]));
const toUnderscores: ReadonlyMap<string, string> = new Map(dashed.map((key) => [key, key.replaceAll("-", "_")]));

function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  return isMap(value) ? renameKeys(value, names) : value;
}

const renameKeys = (map: Properties, names: ReadonlyMap<string, string>): Properties =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [names.get(key) ?? key, rename(item, names)]));

/** The API server's spelling of a key. */
export const fromSdkKey = (key: string): string => toDashes.get(key) ?? key;

/** An object as the SDK spells it. */
export const toSdkKeys = (object: Properties): Properties => renameKeys(object, toUnderscores);
