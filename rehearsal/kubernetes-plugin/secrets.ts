import type { Path } from "../kube/paths.ts";

/** The fields of a Secret that are secret whether the program marks them or not. */
const secretFields: readonly Path[] = [["data"], ["stringData"]];

const isSecretKind = (apiVersion: unknown, kind: unknown) => apiVersion === "v1" && kind === "Secret";

/** What must be secret in the inputs that are kept in the state. */
export function secretInputs(object: { apiVersion?: unknown; kind?: unknown }, given: readonly Path[]): Path[] {
  return isSecretKind(object.apiVersion, object.kind) ? [...given, ...secretFields] : [...given];
}

/**
 * What must be secret in the outputs: everything that was secret in the inputs. A secret inside a list makes the whole
 * list secret, because the API server may order or extend lists, and an index would then point at another item.
 */
export function secretOutputs(object: { apiVersion?: unknown; kind?: unknown }, given: readonly Path[]): Path[] {
  const widened = given.map((path) => {
    const list = path.findIndex((step) => typeof step === "number");
    return list === -1 ? path : path.slice(0, list);
  });
  return secretInputs(object, widened).filter((path) => path.length > 0);
}
