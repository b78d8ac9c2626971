import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import {
  type ApplyOptions,
  causesOf,
  conflictingManagers,
  explainConflict,
  keepIgnored,
  serverSideApply,
  wantsForce,
} from "./apply.ts";
import { InitFailedError, type ResourceState } from "./init-failed.ts";
import { findObject, pathOfObject } from "./live.ts";
import { arePredecessors, takeOver } from "./managers.ts";
import { describe, formatId, type Identity, metadataOf, withNamespace } from "./naming.ts";
import { outputsOf, previewOutputs, previewUpdateOutputs } from "./objects.ts";
import { missingTarget, relinquish } from "./patch.ts";
import type { Properties } from "../kube/paths.ts";
import { hasUnknown } from "./properties.ts";
import { untilGone } from "./remove.ts";
import { clientOf, type Session } from "./session.ts";
import { managerOf, type Notes, notesFor, stateOf } from "./state.ts";
import { deadlineSeconds, untilReady, type WaitOptions } from "./wait/index.ts";

export interface CreateArgs {
  readonly urn: string;
  readonly inputs: Properties;
  /** The engine's timeout in seconds; 0 when the program gives none. */
  readonly timeout: number;
  /** Whether it is a `...Patch` resource. */
  readonly isPatch: boolean;
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

/** Like identityOf, but undefined where the kind is still to come. */
async function knownIdentityOf(session: Session, inputs: Properties): Promise<Identity | undefined> {
  try {
    return await identityOf(session, inputs);
  } catch (error) {
    if (error instanceof KubeError && error.reason === "UnknownKind") return undefined;
    throw error;
  }
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
  identity: Identity,
  inputs: Properties,
  options: ApplyOptions,
): Promise<KubeObject | undefined> {
  try {
    return await serverSideApply(client, identity, inputs, { ...options, dryRun: true });
  } catch (error) {
    if (error instanceof KubeError && isEarly(error)) return undefined;
    throw explainConflict(error, identity);
  }
}

const forces = ({ settings }: Session, inputs: Properties) => settings.patchForce || wantsForce(inputs);

/** The outputs that a preview of a creation shows. @throws KubeError when the API server would refuse the object. */
export async function previewCreate(session: Session, { inputs, isPatch }: CreateArgs): Promise<ResourceState> {
  const asGiven = { id: "", outputs: previewOutputs(inputs, inputs) };
  const { client } = session.settings;
  if (client === undefined || hasUnknown(inputs)) return asGiven;
  const identity = await knownIdentityOf(session, inputs);
  if (identity === undefined) return asGiven;
  const live = await findObject(client, identity);
  // What stands there now may be the object that this one replaces; what a Patch changes may be yet to come.
  if ((live === undefined) === isPatch) return asGiven;
  const { fieldManager } = notesFor(inputs, {});
  const force = !isPatch || forces(session, inputs);
  const answer = await dryRun(client, identity, inputs, { fieldManager, force, uid: live?.metadata.uid });
  return answer === undefined ? asGiven : { id: "", outputs: previewOutputs(answer, inputs) };
}

const waitOptions = (session: Session, { urn, timeout, inputs }: CreateArgs): WaitOptions => ({
  deadlineSeconds: deadlineSeconds(timeout, inputs),
  begun: performance.now(),
  signal: session.cancelled,
  onProgress: (message) => session.log.status(urn, message),
});

/** How often and how long, in milliseconds, a creation waits for what it needs: half a minute in all, as the official plugin. */
const firstPauseMs = 1000;
const lastPauseMs = 16_000;

/** Tries again while the kind or the namespace is not there: the same update may be about to make it. */
async function onceThere<T>(options: WaitOptions, attempt: () => Promise<T>): Promise<T> {
  const end = (options.begun ?? performance.now()) + options.deadlineSeconds * 1000;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    try {
      return await attempt();
    } catch (error) {
      const isMissing = error instanceof KubeError && error.status === 404;
      if (!isMissing || pauseMs > lastPauseMs || performance.now() + pauseMs > end || options.signal.aborted)
        throw error;
      options.onProgress(`waiting for what it needs: ${error.message}`);
    }
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/**
 * Creates an object, once one of the same name that is being deleted is gone; for a Patch resource, patches one that is there.
 * @throws KubeError in the API server's words; InitFailedError when the object is there but not ready; Error when the name
 *   is taken, or when there is nothing to patch.
 */
export async function create(session: Session, args: CreateArgs): Promise<ResourceState> {
  const options = waitOptions(session, args);
  const notes = notesFor(args.inputs, {});
  const applied = await onceThere(options, () => startCreation(session, args, notes, options));
  return finish(session, args, notes, applied, options);
}

/** What an apply left, still to be waited for. */
interface Applied {
  readonly identity: Identity;
  readonly object: KubeObject;
}

async function startCreation(
  session: Session,
  { inputs, isPatch }: CreateArgs,
  { fieldManager }: Notes,
  options: WaitOptions,
): Promise<Applied> {
  const client = clientOf(session);
  const { signal } = options;
  const identity = await identityOf(session, inputs);
  let live = await findObject(client, identity, signal);
  if (live?.metadata.deletionTimestamp !== undefined && !isPatch) {
    await untilGone(client, await pathOfObject(client, identity), identity, live, options);
    live = await findObject(client, identity, signal);
  }
  if (isPatch && live === undefined) throw missingTarget(identity);
  if (!isPatch && !session.settings.upsertExistingObjects && live !== undefined) {
    throw new Error(
      `${describe(identity)} already exists and is not in this stack's state. Take it into the stack with "pulumi import", ` +
        `delete it, or let the provider take it over with upsertExistingObjects: true.`,
    );
  }
  const uid = isPatch ? live?.metadata.uid : undefined;
  const force = forces(session, inputs);
  const object = await apply(client, identity, inputs, { fieldManager, force, uid, giveUp: signal });
  return { identity, object };
}

/** The outputs that a preview of an update shows. @throws KubeError when the API server would refuse it. */
export async function previewUpdate(session: Session, args: UpdateArgs): Promise<Properties> {
  const { inputs, old } = args;
  const asGiven = previewUpdateOutputs(inputs, old);
  const { client } = session.settings;
  if (client === undefined || hasUnknown(inputs)) return asGiven;
  const identity = await knownIdentityOf(session, inputs);
  if (identity === undefined) return asGiven;
  const live = await findObject(client, identity);
  if (args.isPatch && live === undefined) throw missingTarget(identity);
  const { fieldManager } = notesFor(inputs, old);
  const kept = keepIgnored(inputs, live, args.ignored, fieldManager);
  const uid = args.isPatch ? live?.metadata.uid : undefined;
  const tryOut = (force: boolean) => dryRun(client, identity, kept, { fieldManager, force, uid });
  const answer = await tryOut(forces(session, inputs)).catch((error: unknown) => {
    const managers = conflictingManagers(error);
    // The update itself takes over what its predecessors own before it applies.
    if (args.isPatch || live === undefined || managers.length === 0 || !arePredecessors(live, managers)) throw error;
    return tryOut(true);
  });
  return answer === undefined ? asGiven : previewUpdateOutputs(answer, answer);
}

/** @throws as create does; a conflict of field managers names the other manager and the fix. */
export async function update(session: Session, args: UpdateArgs): Promise<ResourceState> {
  const { inputs, old, isPatch } = args;
  const options = waitOptions(session, args);
  const client = clientOf(session);
  const identity = await identityOf(session, inputs);
  let live = await findObject(client, identity, options.signal);
  if (isPatch && live === undefined) throw missingTarget(identity);
  const notes = notesFor(inputs, old);
  const { fieldManager } = notes;
  if (live !== undefined && !isPatch)
    live = await takeOver(client, await pathOfObject(client, identity), live, fieldManager, options.signal);
  // Only now is it known whose the ignored fields are: one that was a predecessor's must be applied, or it would go.
  const kept = keepIgnored(inputs, live, args.ignored, fieldManager);
  const uid = isPatch ? live?.metadata.uid : undefined;
  const force = forces(session, inputs);
  const object = await apply(client, identity, kept, { fieldManager, force, uid, giveUp: options.signal });
  const before = managerOf(old);
  if (before !== fieldManager) await relinquish(client, identity, before, options.signal);
  return finish(session, args, notes, { identity, object }, options);
}

async function apply(
  client: KubeClient,
  identity: Identity,
  inputs: Properties,
  options: ApplyOptions,
): Promise<KubeObject> {
  try {
    return await serverSideApply(client, identity, inputs, options);
  } catch (error) {
    throw explainConflict(error, identity);
  }
}

async function finish(
  session: Session,
  { inputs }: CreateArgs,
  notes: Notes,
  { identity, object: applied }: Applied,
  options: WaitOptions,
): Promise<ResourceState> {
  const client = clientOf(session);
  // From here on the object exists: whatever goes wrong, it must stay in the state.
  const { object, problems } = await untilReady(client, await pathOfObject(client, identity), applied, options).catch(
    (error: unknown) => ({ object: applied, problems: [error instanceof Error ? error.message : String(error)] }),
  );
  const id = formatId(identity.namespace, identity.name);
  const { namespace } = identity;
  // The kind, and with it whether a namespace counts, may not have been known when the inputs were checked.
  const placed = namespace === undefined ? inputs : withNamespace(inputs, namespace);
  const state = { id, outputs: stateOf(outputsOf(object), placed, notes) };
  if (problems.length > 0) throw new InitFailedError(identity, state, problems);
  return state;
}
