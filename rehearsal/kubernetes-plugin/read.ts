import type { KubeClient, KubeObject } from "../kube/client.ts";
import { serverSideApply } from "./apply.ts";
import { textField } from "../kube/fields.ts";
import { InitFailedError, type ResourceState } from "./init-failed.ts";
import { findObject, isUnreachable, pathOrGone } from "./live.ts";
import { type Identity, parseId, parseToken, placeOf } from "./naming.ts";
import { importedInputs, outputsOf, toApply } from "./objects.ts";
import { changesBetween, isMap, type Properties } from "../kube/paths.ts";
import { clientOf, type Session } from "./session.ts";
import { notesFor, notesForRead, stateOf } from "./state.ts";
import { judgeRead } from "./wait/index.ts";

export interface ReadArgs {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  /** The state's outputs; empty for an import. */
  readonly old: Properties;
  /** The state's inputs; empty for an import. */
  readonly inputs: Properties;
}

export interface ReadState extends ResourceState {
  readonly inputs: Properties;
  /** Whether the inputs are other than those in the state. */
  readonly drifted: boolean;
}

const isEmpty = (properties: Properties) => Object.keys(properties).length === 0;

/** A program's value where the live object is as asked; the live value where somebody changed it. */
function project(input: unknown, desired: unknown, live: unknown): unknown {
  if (changesBetween(desired, live).length === 0) return input;
  // The API server leaves out what is empty, so the program may say something that neither of the two shows.
  const wanted = desired ?? {};
  if (isMap(input) && isMap(wanted) && isMap(live)) {
    const kept = Object.keys(input).filter((key) => live[key] !== undefined || wanted[key] === undefined);
    return Object.fromEntries(kept.map((key) => [key, project(input[key], wanted[key], live[key])]));
  }
  if (
    Array.isArray(input) &&
    Array.isArray(desired) &&
    Array.isArray(live) &&
    input.length === desired.length &&
    input.length === live.length
  ) {
    return input.map((item: unknown, index) => project(item, desired[index], live[index]));
  }
  return live;
}

/** A Secret's live data in the program's form, for the keys that the program gave as text. */
function withTextData(inputs: Properties, object: Properties): Properties {
  const { data } = object;
  if (object["kind"] !== "Secret" || !isMap(inputs["stringData"]) || !isMap(data)) return object;
  const keys = Object.keys(inputs["stringData"]).filter((key) => data[key] !== undefined);
  const stringData = Object.fromEntries(
    keys.map((key) => [key, Buffer.from(String(data[key]), "base64").toString("utf8")]),
  );
  return { ...object, stringData };
}

/** The inputs that would make the object as it is now. The old ones, unless somebody changed what they say. */
async function inputsFor(
  client: KubeClient,
  identity: Identity,
  live: KubeObject,
  inputs: Properties,
  fieldManager: string,
): Promise<Properties> {
  if (isEmpty(inputs)) return importedInputs(live);
  // A dry run says what the inputs stand for, defaults and other spellings of one quantity included.
  const desired: Properties = await serverSideApply(client, identity, inputs, {
    fieldManager,
    dryRun: true,
    force: true,
    uid: live.metadata.uid,
  }).catch((error: unknown) => {
    if (isUnreachable(error)) throw error;
    return toApply(inputs);
  });
  const { status: _, ...decided } = inputs;
  const projected = project(decided, withTextData(inputs, desired), withTextData(inputs, live));
  return isMap(projected) ? projected : decided;
}

/**
 * The state of a live object; undefined when it is gone, or when the API server cannot be reached and the provider's
 * deleteUnreachable is set.
 * @throws InitFailedError when the object is there but not ready.
 */
export async function read(session: Session, args: ReadArgs): Promise<ReadState | undefined> {
  const client = clientOf(session);
  const token = parseToken(args.type);
  const isFirst = isEmpty(args.inputs) && isEmpty(args.old);
  const said = (key: "apiVersion" | "kind") => textField(args.inputs, key) ?? textField(args.old, key) ?? token[key];
  const [apiVersion, kind] = [said("apiVersion"), said("kind")];
  const { name, ...place } = parseId(args.id);
  // An id may be the name alone: then the state knows where, and for an import the provider.
  const namespace = place.namespace ?? placeOf(args.old).namespace ?? session.settings.namespace;
  const identity: Identity = { apiVersion, kind, name, namespace };
  let live: KubeObject | undefined;
  try {
    live = await findObject(client, identity, session.cancelled);
    if (live === undefined && isFirst) await refusePatch(client, args.type, identity);
  } catch (error) {
    if (!isUnreachable(error) || !session.settings.deleteUnreachable) throw error;
    session.log.warn(
      args.urn,
      `The API server ${client.server} cannot be reached; ${kind} ${args.id} is taken for gone, as deleteUnreachable is set.`,
    );
    return undefined;
  }
  if (live === undefined) return undefined;
  const found = { ...identity, namespace: live.metadata.namespace };
  const notes = isFirst ? notesForRead(args.urn, apiVersion) : notesFor(args.inputs, args.old);
  const inputs = await inputsFor(client, found, live, args.inputs, notes.fieldManager);
  const drifted = changesBetween(args.inputs, inputs).length > 0;
  const outputs = stateOf(outputsOf(live), inputs, notes);
  const state = { id: args.id, outputs };
  // What is read for the first time, by an import or a get, is taken as it is.
  const { problems } = isFirst ? { problems: [] } : await judgeRead(client, live);
  if (problems.length > 0) throw new InitFailedError(found, state, problems, inputs);
  return { ...state, inputs, drifted };
}

/** @throws Error where a type stands for a patch of objects, not for objects: a patch cannot be read off what it has patched. */
async function refusePatch(client: KubeClient, type: string, { apiVersion, kind }: Identity): Promise<void> {
  const plain = kind.replace(/Patch$/, "");
  if (plain === kind || (await isServed(client, apiVersion, kind)) || !(await isServed(client, apiVersion, plain)))
    return;
  throw new Error(
    `${type} cannot be imported or read: it is a change of an object, not an object. Declare it without import, or read ` +
      `the ${plain} itself.`,
  );
}

async function isServed(client: KubeClient, apiVersion: string, kind: string): Promise<boolean> {
  return (await pathOrGone(client, { apiVersion, kind, namespace: undefined, name: "" })) !== undefined;
}
