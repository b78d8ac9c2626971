import { isMap, type Properties } from "../kube/paths.ts";
import { parseToken } from "./naming.ts";

/** Things of the Kubernetes package that are no plain object of the API server. */
const notObjects = /^kubernetes:(helm\.sh|helm|yaml|kustomize)[/:]/;

/** The sentence for what only the official plugin can do. */
export function notSupported(what: string): string {
  return (
    `The stand-in Kubernetes plugin does not support ${what}; ` +
    `install the official plugin with \`pulumi plugin install resource kubernetes 4.34.2\``
  );
}

/**
 * What of a resource is not supported, or undefined where all is. A `...Patch` resource sends the kind without "Patch",
 * a `...List` resource sends items; a custom kind that merely ends so does neither.
 */
export function unsupportedResource(token: string, inputs: Properties): string | undefined {
  const { kind } = parseToken(token);
  const isPatch = kind.endsWith("Patch") && isMap(inputs) && inputs["kind"] === kind.slice(0, -"Patch".length);
  const isList = kind.endsWith("List") && Array.isArray(inputs["items"]);
  return notObjects.test(token) || isPatch || isList ? token : undefined;
}
