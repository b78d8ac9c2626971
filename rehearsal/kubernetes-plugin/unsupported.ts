import type { Properties } from "../kube/paths.ts";

/** Things of the Kubernetes package that are no plain object of the API server. */
const notObjects = /^kubernetes:(helm\.sh|helm|yaml|kustomize)[/:]/;

/** The sentence for what only the official plugin can do. */
export function notSupported(what: string): string {
  return (
    `The stand-in Kubernetes plugin does not support ${what}; ` +
    `install the official plugin with \`pulumi plugin install resource kubernetes 4.34.2\``
  );
}

/** What of a resource is not supported, or undefined where all is. */
export function unsupportedResource(token: string): string | undefined {
  return notObjects.test(token) ? token : undefined;
}

/**
 * A sentence for the SDK's `...List` types, which the official plugin refuses, too: they are there for YAML. Undefined for
 * everything else: a custom kind that merely ends so has no items of its own.
 */
export function listRefusal(token: string, inputs: Properties): string | undefined {
  if (!token.endsWith("List") || inputs["items"] === undefined) return undefined;
  return (
    `${token} is a list and cannot be created as one resource. ` +
    `Declare each of its items as a resource of its own: ${token.slice(0, -"List".length)}.`
  );
}
