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

/** An empty name counts as none, as with the official plugin. */
export const isBlank = (name: unknown): boolean => name === undefined || name === "";

/** What the stack's configuration says about names (`pulumi:autonaming`): the engine's own name, or none. */
export type EngineNaming = { readonly name: string } | "disabled";

/**
 * Gives an object without a name one: the old one if it was made here too, else the engine's, else the program's name and
 * eight hexadecimal digits. The engine's seed makes them the same for a preview and the update that follows it.
 * @throws Error when the stack's configuration forbids made names, and for generateName, as the official plugin.
 */
export function withName(
  news: Properties,
  olds: Properties,
  urn: string,
  seed: Uint8Array,
  engine?: EngineNaming,
): Properties {
  if (isUnknown(news["metadata"])) return news;
  const metadata = metadataOf(news);
  if (!isBlank(metadata["name"])) return news;
  if (!isBlank(metadata["generateName"]))
    throw new Error(
      `${urnName(urn)} has metadata.generateName, which server-side apply does not know. Leave it out, and a name is made of ` +
        `the resource's name in the program; or set metadata.name.`,
    );
  if (isUnknown(metadata["annotations"])) return news;
  const made = () => {
    if (engine === "disabled")
      throw new Error(
        `${urnName(urn)} has no metadata.name, and pulumi:autonaming is disabled for it. Give it a name in the program.`,
      );
    if (engine !== undefined) return engine.name;
    const digest = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4);
    return `${urnName(urn)}-${digest.toString("hex").slice(0, 8)}`;
  };
  const name = isAutonamed(olds) ? metadataOf(olds)["name"] : made();
  const annotations = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  return { ...news, metadata: { ...metadata, name, annotations: { ...annotations, [autonamedAnnotation]: "true" } } };
}

/** Gives an object of a namespaced kind the default namespace where it names none. */
export function withNamespace(news: Properties, namespace: string): Properties {
  if (isUnknown(news["metadata"])) return news;
  const metadata = metadataOf(news);
  return isBlank(metadata["namespace"]) ? { ...news, metadata: { ...metadata, namespace } } : news;
}
