import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { formatPath, isMap, type Path, type Properties } from "../kube/paths.ts";
import { fromSdkKey } from "./sdk-keys.ts";

/** The key and values with which the engine marks special values inside plain data (Pulumi's wire format). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that a preview does not know yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine has a placeholder for each type of unknown: text, boolean, number, list, asset, archive, map. */
const unknownValues: ReadonlySet<unknown> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Properties as the engine sent them, in the API server's spelling, with the secret marks taken off and remembered. */
export interface Decoded {
  readonly value: Properties;
  readonly secrets: readonly Path[];
}

export function decode(struct: Struct | undefined): Decoded {
  const secrets: Path[] = [];
  const unwrapMap = (map: Properties, path: Path): Properties =>
    Object.fromEntries(
      Object.entries(map)
        .map(([key, item]) => [fromSdkKey(key), unwrap(item, [...path, fromSdkKey(key)])] as const)
        // A program's null is a field left out, as with the official plugin.
        .filter(([, item]) => item !== null),
    );
  const unwrap = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => unwrap(item, [...path, index]));
    if (!isMap(value)) return value;
    if (value[signatureKey] !== secretSignature) return unwrapMap(value, path);
    secrets.push(path);
    return unwrap(value["value"], path);
  };
  const value = unwrapMap(struct?.toJavaScript() ?? {}, []);
  return { value, secrets };
}

/** The wire form, with every value at one of the secret paths marked as a secret. Paths that do not exist are passed over. */
export function encode(value: Properties, secrets: readonly Path[]): Struct {
  const secretPaths = new Set(secrets.map(formatPath));
  const wireMap = (map: Properties, path: Path, covered: boolean): Record<string, JavaScriptValue> =>
    Object.fromEntries(
      Object.entries(map)
        // The wire format has no undefined.
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, wire(item, [...path, key], covered)]),
    );
  const wire = (item: unknown, path: Path, covered: boolean): JavaScriptValue => {
    // What lies inside a secret needs no mark of its own.
    if (!covered && secretPaths.has(formatPath(path))) {
      return { [signatureKey]: secretSignature, value: wire(item, path, true) };
    }
    if (Array.isArray(item)) return item.map((one, index) => wire(one, [...path, index], covered));
    if (isMap(item)) return wireMap(item, path, covered);
    return typeof item === "string" || typeof item === "number" || typeof item === "boolean" ? item : null;
  };
  return structpb.Struct.fromJavaScript(wireMap(value, [], false));
}

export function isUnknown(value: unknown): boolean {
  return unknownValues.has(value);
}

/** True when any value inside is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isMap(value)) return Object.values(value).some(hasUnknown);
  return isUnknown(value);
}
