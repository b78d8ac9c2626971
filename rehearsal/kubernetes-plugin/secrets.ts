import { getAt, isMap, type Path, type Properties } from "../kube/paths.ts";
import { inputsPath } from "./state.ts";

/** The fields of a Secret that are secret whether the program marks them or not; kubectl copies data into its annotation. */
const secretFields: readonly Path[] = [
  ["data"],
  ["stringData"],
  ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

const isSecretKind = (apiVersion: unknown, kind: unknown) => apiVersion === "v1" && kind === "Secret";

/** What must be secret in the inputs that are kept in the state. */
export function secretInputs(object: { apiVersion?: unknown; kind?: unknown }, given: readonly Path[]): Path[] {
  return isSecretKind(object.apiVersion, object.kind) ? [...given, ...secretFields] : [...given];
}

/**
 * What must be secret in the outputs, and in the copy of the inputs there: everything that was secret in the inputs. A
 * secret inside a list makes the whole list secret, because the API server may order or extend lists, and an index would
 * then point at another item.
 */
export function secretOutputs(object: { apiVersion?: unknown; kind?: unknown }, given: readonly Path[]): Path[] {
  const widened = given.map((path) => {
    const list = path.findIndex((step) => typeof step === "number");
    return list === -1 ? path : path.slice(0, list);
  });
  const paths = secretInputs(object, widened).filter((path) => path.length > 0);
  return [...paths, ...paths.map((path) => [...inputsPath, ...path])];
}

/** Every text of a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isMap(value) ? Object.values(value).flatMap(textsOf) : [];
}

/** Shorter texts would blot out words that mean something else. */
const minSecretLength = 4;

/** A message without what is secret in the inputs: the API server repeats a value that it refuses. */
export function hideSecrets(message: string, inputs: Properties, secrets: readonly Path[]): string {
  const texts = secretInputs(inputs, secrets).flatMap((path) => textsOf(getAt(inputs, path)));
  // The API server quotes what it refuses: a line break comes as \n, a quotation mark as \".
  const spellings = texts.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString("base64"),
  ]);
  // The longest first, so that no part of one is left over.
  const hidden = spellings.filter((text) => text.length >= minSecretLength).sort((a, b) => b.length - a.length);
  return hidden.reduce((shown, text) => shown.replaceAll(text, "[secret]"), message);
}
