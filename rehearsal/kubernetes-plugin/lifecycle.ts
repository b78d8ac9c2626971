import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { causesOf, explainConflict, keepIgnored, serverSideApply, wantsForce } from "./apply.ts";
import { InitFailedError, type ResourceState } from "./init-failed.ts";
import { findObject, pathOfObject, pathOrGone } from "./live.ts";
import { describe, formatId, type Identity, metadataOf, withNamespace } from "./naming.ts";
import { outputsOf, previewOutputs, previewUpdateOutputs } from "./objects.ts";
import type { Properties } from "../kube/paths.ts";
import { hasUnknown } from "./properties.ts";
import { untilGone } from "./remove.ts";
import { clientOf, type Session } from "./session.ts";
import { deadlineSeconds, untilReady, type WaitOptions } from "./wait/index.ts";

export interface CreateArgs {
  readonly urn: string;
  readonly inputs: Properties;
  /** The engine's timeout in seconds; 0 when the program gives none. */
  readonly timeout: number;
}

export interface UpdateArgs extends CreateArgs {
  readonly old: Properties;
  readonly ignored: readonly string[];
}

/** Where inputs put an object. The kind decides whether a namespace counts. */
async function identityOf(session: Session, inputs: Properties): Promise<Identity> {
  const apiVersion = String(inputs["apiVersion"]);
  const kind = String(inputs["kind"]);
  const namespaced = await clientOf(session).isNamespaced(apiVersion, kind);
  const { name, namespace } = metadataOf(namespaced ? withNamespace(inputs, session.settings.namespace) : inputs);
  return { apiVersion, kind, name: String(name), namespace: namespaced ? String(namespace) : undefined };
}

/**
 * True for a refusal because something is missing that the same update may make first: the namespace, the kind, a pod's
 * service account. A namespace that is going away counts, too: the update may be about to put it back.
 */
function isEarly(error: KubeError): boolean {
  if (error.status !== 403) return error.status === 404;
  return (
    causesOf(error).some(({ reason }) => reason === "NamespaceTerminating") ||
    /: serviceaccount "[^"]*" not found$/.test(error.message)
  );
}

/** A dry run's answer, or undefined where what it needs (a namespace, a custom resource definition) is itself yet to be made. */
async function dryRun(
  client: KubeClient,
  path: string,
  inputs: Properties,
  force: boolean,
): Promise<KubeObject | undefined> {
  try {
    return await serverSideApply(client, path, inputs, { dryRun: true, force });
  } catch (error) {
    if (error instanceof KubeError && isEarly(error)) return undefined;
    throw error;
  }
}

/** The outputs that a preview of a creation shows. @throws KubeError when the API server would refuse the object. */
export async function previewCreate(session: Session, { inputs }: CreateArgs): Promise<ResourceState> {
  const asGiven = { id: "", outputs: previewOutputs(inputs, inputs) };
  const { client } = session.settings;
  if (client === undefined || hasUnknown(inputs)) return asGiven;
  const identity = await identityOf(session, inputs).catch((error: unknown) => {
    if (error instanceof KubeError && error.reason === "UnknownKind") return undefined;
    throw error;
  });
  if (identity === undefined) return asGiven;
  const path = await pathOfObject(client, identity);
  // What stands there now may be the object that this one replaces.
  if ((await client.find(path)) !== undefined) return asGiven;
  const answer = await dryRun(client, path, inputs, true);
  return answer === undefined ? asGiven : { id: "", outputs: previewOutputs(answer, inputs) };
}

const waitOptions = (session: Session, { urn, timeout, inputs }: CreateArgs): WaitOptions => ({
  deadlineSeconds: deadlineSeconds(timeout, inputs),
  begun: Date.now(),
  signal: session.cancelled,
  onProgress: (message) => session.log.status(urn, message),
});

/**
 * Creates an object, once one of the same name that is being deleted is gone.
 * @throws KubeError in the API server's words; InitFailedError when the object is there but not ready; Error when the name
 *   is taken.
 */
export async function create(session: Session, args: CreateArgs): Promise<ResourceState> {
  const client = clientOf(session);
  const options = waitOptions(session, args);
  const identity = await identityOf(session, args.inputs);
  let live = await findObject(client, identity);
  if (live?.metadata.deletionTimestamp !== undefined) {
    await untilGone(client, await pathOfObject(client, identity), identity, live, options);
    live = await findObject(client, identity);
  }
  if (!session.settings.upsertExistingObjects && live !== undefined) {
    throw new Error(
      `${describe(identity)} already exists and is not in this stack's state. Take it into the stack with "pulumi import", ` +
        `delete it, or let the provider take it over with upsertExistingObjects: true.`,
    );
  }
  return applyAndWait(session, identity, args.inputs, options);
}

/** The outputs that a preview of an update shows. @throws KubeError when the API server would refuse it. */
export async function previewUpdate(session: Session, { inputs, old, ignored }: UpdateArgs): Promise<Properties> {
  const asGiven = previewUpdateOutputs(inputs, old);
  const { client, patchForce } = session.settings;
  if (client === undefined || hasUnknown(inputs)) return asGiven;
  const identity = await identityOf(session, inputs);
  const path = await pathOrGone(client, identity);
  if (path === undefined) return asGiven;
  const kept = keepIgnored(inputs, await client.find(path), ignored);
  try {
    const answer = await dryRun(client, path, kept, patchForce || wantsForce(inputs));
    return answer === undefined ? asGiven : previewUpdateOutputs(answer, answer);
  } catch (error) {
    throw explainConflict(error, identity);
  }
}

/** @throws as create does; a conflict of field managers names the other manager and the fix. */
export async function update(session: Session, args: UpdateArgs): Promise<ResourceState> {
  const identity = await identityOf(session, args.inputs);
  const live = await findObject(clientOf(session), identity);
  const inputs = keepIgnored(args.inputs, live, args.ignored);
  return applyAndWait(session, identity, inputs, waitOptions(session, args));
}

async function applyAndWait(
  session: Session,
  identity: Identity,
  inputs: Properties,
  options: WaitOptions,
): Promise<ResourceState> {
  const client = clientOf(session);
  const path = await pathOfObject(client, identity);
  let applied: KubeObject;
  try {
    applied = await serverSideApply(client, path, inputs, { force: session.settings.patchForce || wantsForce(inputs) });
  } catch (error) {
    throw explainConflict(error, identity);
  }
  const id = formatId(identity.namespace, identity.name);
  // From here on the object exists: whatever goes wrong, it must stay in the state.
  const { object, problems } = await untilReady(client, path, applied, options).catch((error: unknown) => ({
    object: applied,
    problems: [error instanceof Error ? error.message : String(error)],
  }));
  const state = { id, outputs: outputsOf(object) };
  if (problems.length > 0) throw new InitFailedError(identity, state, problems);
  return state;
}
