import type { KubeObject } from "../kube/client.ts";
import { metadataOf } from "./naming.ts";
import { getAt, isMap, type Properties, setAt } from "../kube/paths.ts";
import { unknownValue } from "./properties.ts";

/** What the API server alone writes into metadata. */
const serverMetadata: ReadonlySet<string> = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
  "managedFields",
]);

/** The outputs kept in the state: the live object, without the bookkeeping of who owns which field. */
export function outputsOf(live: KubeObject): Properties {
  const { managedFields: _, ...metadata } = live.metadata;
  return { ...live, metadata };
}

/** The part of an object that people decide: no status, nothing that the API server counts or stamps. */
export function decidedPart(object: Properties): Properties {
  const { status: _, ...rest } = object;
  const metadata = Object.entries(metadataOf(object)).filter(([key]) => !serverMetadata.has(key));
  return { ...rest, metadata: Object.fromEntries(metadata) };
}

/** What controllers and kubectl note in annotations for themselves. */
const notedAnnotations: ReadonlySet<string> = new Set([
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** The inputs with which a program would have made an object that is imported. */
export function importedInputs(object: Properties): Properties {
  const inputs = decidedPart(object);
  const { annotations, ...metadata } = metadataOf(inputs);
  const kept = Object.entries(isMap(annotations) ? annotations : {}).filter(([key]) => !notedAnnotations.has(key));
  return { ...inputs, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

/** What is decided only when an object is really created, so that a preview must not show its dry run's values. */
function computedAtCreation(kind: unknown): readonly (readonly [string, string])[] {
  const metadata = ["uid", "resourceVersion", "creationTimestamp", "generation"].map(
    (key) => ["metadata", key] as const,
  );
  return kind === "Service" ? [...metadata, ["spec", "clusterIP"], ["spec", "clusterIPs"]] : metadata;
}

/** The outputs that a preview of a creation shows: what is known, and unknowns where the API server will decide. */
export function previewOutputs(object: Properties, inputs: Properties): Properties {
  // Without a status the engine takes it for unknown as a whole.
  const { status: _, ...rest } = structuredClone(object);
  setAt(rest, ["metadata", "managedFields"], undefined);
  for (const path of computedAtCreation(inputs["kind"])) {
    if (getAt(inputs, path) === undefined) setAt(rest, path, unknownValue);
  }
  return rest;
}

/** The outputs that a preview of an update shows: the status is open again, and so is what every write counts up. */
export function previewUpdateOutputs(future: Properties, old: Properties): Properties {
  const { status: _, ...rest } = { ...old, ...future };
  if (!isMap(future["metadata"])) return rest;
  const { managedFields: __, ...metadata } = { ...metadataOf(old), ...future["metadata"] };
  return { ...rest, metadata: { ...metadata, resourceVersion: unknownValue, generation: unknownValue } };
}

/** What is sent to the API server: like the inputs, but a Secret's stringData goes as data, which server-side apply can track. */
export function toApply(inputs: Properties): Properties {
  const { status: _, ...object } = inputs;
  const { stringData, ...rest } = object;
  if (inputs["kind"] !== "Secret" || !isMap(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  const data = isMap(object["data"]) ? object["data"] : {};
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}
