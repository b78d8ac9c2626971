import { createHash, randomBytes } from "node:crypto";
import { textField } from "../kube/fields.ts";
import { isMap, type Properties } from "../kube/paths.ts";
import { isUnknown } from "./properties.ts";

/** Marks an object whose name was made here, so that a replacement may exist beside it. The official plugin's annotation. */
const autonamedAnnotation = "pulumi.com/autonamed";

/** Where an object is: what a resource's id and its inputs together say. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The last part of a URN: the name in the program. */
export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** `namespace/name`, or `name` for objects of the whole cluster: the official plugin's ids. */
export function formatId(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { namespace: string | undefined; name: string } {
  const slash = id.indexOf("/");
  return slash === -1
    ? { namespace: undefined, name: id }
    : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Kind and API version as a resource's type token says them: `kubernetes:core/v1:Pod` is v1 Pod. */
export function parseToken(token: string): { apiVersion: string; kind: string } {
  const [, module = "", kind = ""] = token.split(":");
  return { apiVersion: module.startsWith("core/") ? module.slice("core/".length) : module, kind };
}

/** Where an object says that it is. */
export function placeOf(object: Properties): { namespace: string | undefined; name: string } {
  return { namespace: textField(object, "metadata", "namespace"), name: textField(object, "metadata", "name") ?? "" };
}

/** For messages: `Deployment models/web`. */
export function describe({ kind, namespace, name }: Identity): string {
  return `${kind} ${formatId(namespace, name)}`;
}

export function metadataOf(object: Properties): Properties {
  return isMap(object["metadata"]) ? object["metadata"] : {};
}

export function annotationOf(object: Properties, name: string): string | undefined {
  const annotations = metadataOf(object)["annotations"];
  const value = isMap(annotations) ? annotations[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

export function isAutonamed(object: Properties): boolean {
  return annotationOf(object, autonamedAnnotation) === "true";
}

/**
 * Gives an object without a name one: the old one if it was made here too, else the program's name (or generateName) and
 * eight hexadecimal digits. The engine's seed makes them the same for a preview and the update that follows it.
 */
export function withName(news: Properties, olds: Properties, urn: string, seed: Uint8Array): Properties {
  if (isUnknown(news["metadata"])) return news;
  const { generateName, ...metadata } = metadataOf(news);
  if (metadata["name"] !== undefined || isUnknown(metadata["annotations"])) return news;
  const prefix = typeof generateName === "string" ? generateName : `${urnName(urn)}-`;
  const digits = (seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4))
    .toString("hex")
    .slice(0, 8);
  const name = isAutonamed(olds) ? metadataOf(olds)["name"] : `${prefix}${digits}`;
  const annotations = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  return { ...news, metadata: { ...metadata, name, annotations: { ...annotations, [autonamedAnnotation]: "true" } } };
}

/** Gives an object of a namespaced kind the default namespace where it names none. */
export function withNamespace(news: Properties, namespace: string): Properties {
  if (isUnknown(news["metadata"])) return news;
  const metadata = metadataOf(news);
  return metadata["namespace"] === undefined ? { ...news, metadata: { ...metadata, namespace } } : news;
}
