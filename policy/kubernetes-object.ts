import { z } from "zod";
import { readShape, unlessUnknown, valueAt } from "./known.ts";

/** The part of a Pulumi resource that the rules read: inputs before a resource is created, outputs when a whole stack is checked. */
interface ObservedResource {
  /** Pulumi's type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The resource's Pulumi name. */
  readonly name: string;
  readonly urn: string;
  readonly props: unknown;
}

/** A Kubernetes object that is declared by a Pulumi resource. */
export interface KubernetesObject {
  readonly urn: string;
  /** The API group; `core` for the one without a name. */
  readonly group: string;
  /** Without the suffix `Patch` of Pulumi's patch resources. */
  readonly kind: string;
  /** True where the resource changes an object that something else has made. */
  readonly patch: boolean;
  /** For messages: kind, and namespace/name where they are known, else the Pulumi name. */
  readonly title: string;
  /** The object as the engine shows it: reading a value that is not known during a preview throws. */
  readonly body: unknown;
}

/** `kubernetes:<group>/<version>:<Kind>`; a custom resource of the core group has no `<group>/`. */
const typeToken = /^kubernetes:(?:([^:]+)\/)?[^/:]+:([^:]+)$/;

const suffixOfPatches = "Patch";

/**
 * The text of a field, or `undefined` where there is none or it is not known during this preview. In an update every value is known.
 */
function textOf(props: unknown, field: "apiVersion" | "kind"): string | undefined {
  const value = unlessUnknown(() => valueAt(props, [field]));
  return typeof value === "string" ? value : undefined;
}

const metadataSchema = z
  .object({
    name: z.string().nullish(),
    namespace: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  })
  .nullish();

/** The metadata that the rules read. Reading a part that is not known during a preview throws. */
type Metadata = NonNullable<z.infer<typeof metadataSchema>>;

/** The object's metadata; empty where it has none, or none of the shape that Kubernetes knows. */
export function metadataOf(object: Pick<KubernetesObject, "body">): Metadata {
  const shape = readShape(metadataSchema, valueAt(object.body, ["metadata"]));
  return "value" in shape ? (shape.value ?? {}) : {};
}

/** The object's namespace. An object without one is in `default`, as the API server decides it. */
export function namespaceOf(object: KubernetesObject): string {
  return metadataOf(object).namespace ?? "default";
}

/**
 * The Kubernetes object that a Pulumi resource declares, or `undefined` where it declares none. What the object says about its API group
 * and kind counts before the type token: the plugin sends the object to the API server as it is, whatever the token.
 */
export function kubernetesObject(resource: ObservedResource): KubernetesObject | undefined {
  const match = typeToken.exec(resource.type);
  const token = match?.[2];
  if (token === undefined) return undefined;
  const patch = token.endsWith(suffixOfPatches);
  const kind = textOf(resource.props, "kind") ?? (patch ? token.slice(0, -suffixOfPatches.length) : token);
  const apiVersion = textOf(resource.props, "apiVersion");
  const group = apiVersion === undefined ? match?.[1] : /^(.+)\//.exec(apiVersion)?.[1];
  const metadata = unlessUnknown(() => metadataOf({ body: resource.props })) ?? {};
  const name = unlessUnknown(() => metadata.name) ?? resource.name;
  const namespace = unlessUnknown(() => metadata.namespace);
  return {
    urn: resource.urn,
    group: group ?? "core",
    kind,
    patch,
    title: `${patch ? `${kind}${suffixOfPatches}` : kind} "${namespace == null ? name : `${namespace}/${name}`}"`,
    body: resource.props,
  };
}

/** True for an object of this API group and kind, whatever the version. */
export function isKind(object: KubernetesObject, group: string, kind: string): boolean {
  return object.group === group && object.kind === kind;
}
