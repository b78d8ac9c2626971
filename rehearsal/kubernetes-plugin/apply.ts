import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { field } from "../kube/fields.ts";
import { pathOfObject } from "./live.ts";
import { isOthers } from "./managers.ts";
import { annotationOf, describe, type Identity, metadataOf } from "./naming.ts";
import { getAt, isUnder, parsePath, type Path, type Properties, setAt, changesBetween } from "../kube/paths.ts";
import { toApply } from "./objects.ts";

export interface ApplyOptions {
  /** The name under which the API server notes the fields that belong to the program. */
  readonly fieldManager: string;
  readonly dryRun?: boolean;
  /** Take over fields that other managers own. */
  readonly force?: boolean;
  /** Apply to this one object only: without it an apply creates what is not there. */
  readonly uid?: string | undefined;
  /** Ends the patience with a server that is away. What was sent is answered all the same, so that it gets into the state. */
  readonly giveUp?: AbortSignal;
}

/** One server-side apply. @throws KubeError with the API server's own words. */
export async function serverSideApply(
  client: KubeClient,
  identity: Identity,
  inputs: Properties,
  { fieldManager, dryRun = false, force = false, uid, giveUp }: ApplyOptions,
): Promise<KubeObject> {
  const object = toApply(inputs);
  const { namespace: _, ...metadata } = metadataOf(object);
  const { namespace } = identity;
  return client.request("PATCH", await pathOfObject(client, identity), {
    query: { fieldManager, force: String(force), ...(dryRun && { dryRun: "All" }) },
    contentType: "application/apply-patch+yaml",
    // An object of the whole cluster has no namespace, whatever the program says.
    body: { ...object, metadata: { ...metadata, ...(namespace !== undefined && { namespace }), ...(uid && { uid }) } },
    ...(giveUp && { giveUp }),
  });
}

/** True when the program asks to take over fields of other managers for this object. */
export function wantsForce(inputs: Properties): boolean {
  return annotationOf(inputs, "pulumi.com/patchForce") === "true";
}

const causesSchema = z.array(
  z.object({ reason: z.string().optional(), message: z.string().optional(), field: z.string().optional() }),
);

/** The single causes that the API server lists in a refusal. */
export function causesOf(error: KubeError): z.infer<typeof causesSchema> {
  return field(causesSchema, error.details, "causes") ?? [];
}

/** The other managers that a conflict names; none where the error is no conflict of managers. */
export function conflictingManagers(error: unknown): readonly string[] {
  if (!(error instanceof KubeError) || error.status !== 409) return [];
  return causesOf(error)
    .filter(({ reason }) => reason === "FieldManagerConflict")
    .map(({ message }) => /conflict with "([^"]*)"/.exec(message ?? "")?.[1] ?? "");
}

/** A conflict of field managers in words that say who, which fields and what to do; other errors come back as they are. */
export function explainConflict(error: unknown, identity: Identity): unknown {
  if (!(error instanceof KubeError) || error.status !== 409) return error;
  const causes = causesOf(error).filter(({ reason }) => reason === "FieldManagerConflict");
  if (causes.length === 0) return error;
  const owners = new Set(
    causes.map(({ message }) => /conflict with ("[^"]*")/.exec(message ?? "")?.[1] ?? "another manager"),
  );
  const fields = causes.map(({ field }) => (field ?? "").replace(/^\./, "")).join(", ");
  return new KubeError(
    409,
    error.reason,
    `Fields of ${describe(identity)} belong to ${[...owners].join(", ")}: ${fields}. ` +
      `Take them out of the program, or take them over with the annotation pulumi.com/patchForce: "true".`,
    error.details,
  );
}

/**
 * Inputs for which nothing changes at the ignored paths: the live value stands there. Leaving a field out would give it
 * up, and the API server would then remove it; a field that is somebody else's alone is left to them.
 */
export function keepIgnored(
  inputs: Properties,
  live: KubeObject | undefined,
  ignored: readonly string[],
  fieldManager: string,
): Properties {
  if (live === undefined || ignored.length === 0) return inputs;
  const patterns = ignored.map(parsePath);
  const kept = structuredClone(inputs);
  const differing = changesBetween(inputs, live).map(({ path }) => path);
  const places = patterns.flatMap((pattern): readonly Path[] =>
    pattern.includes("*") ? differing.filter((path) => isUnder(path, pattern)) : [pattern],
  );
  for (const path of places) {
    if (getAt(inputs, path) === undefined) continue;
    if (isOthers(live, fieldManager, path)) setAt(kept, path, undefined);
    // What the object does not show stays as declared: a Secret shows no stringData, yet would lose it.
    else setAt(kept, path, getAt(live, path) ?? getAt(inputs, path));
  }
  return kept;
}
