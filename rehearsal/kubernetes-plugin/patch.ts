import { KubeError, type KubeClient } from "../kube/client.ts";
import { causesOf, serverSideApply } from "./apply.ts";
import { findObject } from "./live.ts";
import { describe, type Identity, isBlank, metadataOf, parseToken } from "./naming.ts";
import type { Properties } from "../kube/paths.ts";

/**
 * True for the SDK's `...Patch` types, which change an object that is somebody else's. Their inputs hold the object's plain
 * kind; those of a custom kind that merely ends in "Patch" hold that kind.
 */
export function isPatch(token: string, inputs: Properties): boolean {
  return parseToken(token).kind === `${String(inputs["kind"])}Patch`;
}

/** @throws Error when a Patch resource does not say which object it patches. */
export function requireName(token: string, inputs: Properties): void {
  if (inputs["metadata"] !== undefined && typeof inputs["metadata"] !== "object") return;
  if (isBlank(metadataOf(inputs)["name"]))
    throw new Error(`${token} has no metadata.name. Give it the name of the object to patch.`);
}

export function missingTarget(identity: Identity): Error {
  return new Error(
    `${describe(identity)} does not exist, so there is nothing to patch. Create it first (dependsOn, where the same program ` +
      `does), or declare it as a ${identity.kind}, not as a ${identity.kind}Patch.`,
  );
}

/**
 * Gives up a manager's fields: those that nobody else owns go from the object, which itself stays.
 * @throws Error when a field that the object must have would go.
 */
export async function relinquish(
  client: KubeClient,
  identity: Identity,
  fieldManager: string,
  signal: AbortSignal,
): Promise<void> {
  const live = await findObject(client, identity, signal);
  if (live === undefined) return;
  const { apiVersion, kind, name } = identity;
  const { uid } = live.metadata;
  try {
    await serverSideApply(
      client,
      identity,
      { apiVersion, kind, metadata: { name } },
      { fieldManager, uid, giveUp: signal },
    );
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // Gone meanwhile: the uid keeps the apply from making it anew.
    if (error.status === 409 && (await findObject(client, identity, signal))?.metadata.uid !== uid) return;
    const required = causesOf(error).filter(({ reason }) => reason === "FieldValueRequired");
    if (required.length === 0) throw error;
    throw new Error(
      `${describe(identity)} cannot be without ${required.map(({ field }) => field).join(", ")}, which only this Patch ` +
        `resource sets. Let another manager set it first, or leave it there with retainOnDelete: true.`,
      { cause: error },
    );
  }
}
