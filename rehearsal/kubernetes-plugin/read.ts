import type { KubeClient, KubeObject } from "../kube/client.ts";
import { serverSideApply } from "./apply.ts";
import { textField } from "../kube/fields.ts";
import { InitFailedError, type ResourceState } from "./init-failed.ts";
import { findObject, isUnreachable, pathOfObject } from "./live.ts";
import { describe, formatId, type Identity, parseId, parseToken } from "./naming.ts";
import { decidedPart, outputsOf, toApply } from "./objects.ts";
import { changesBetween, isMap, type Properties } from "../kube/paths.ts";
import { clientOf, type Session } from "./session.ts";
import { judge } from "./wait/index.ts";

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

/** A program's value where the live object is as asked; the live value where somebody changed it. */
function project(input: unknown, desired: unknown, live: unknown): unknown {
  if (changesBetween(desired, live).length === 0) return input;
  if (isMap(input) && isMap(desired) && isMap(live)) {
    const kept = Object.keys(input).filter((key) => live[key] !== undefined);
    return Object.fromEntries(kept.map((key) => [key, project(input[key], desired[key], live[key])]));
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
async function inputsFor(client: KubeClient, path: string, live: KubeObject, inputs: Properties): Promise<Properties> {
  if (Object.keys(inputs).length === 0) return decidedPart(live);
  // A dry run says what the inputs stand for, defaults and other spellings of one quantity included.
  const desired: Properties = await serverSideApply(client, path, inputs, { dryRun: true, force: true }).catch(
    (error: unknown) => {
      if (isUnreachable(error)) throw error;
      return toApply(inputs);
    },
  );
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
  const said = (key: "apiVersion" | "kind") => textField(args.inputs, key) ?? textField(args.old, key) ?? token[key];
  const [apiVersion, kind] = [said("apiVersion"), said("kind")];
  const { name, namespace } = parseId(args.id);
  const identity: Identity = { apiVersion, kind, name, namespace };
  let live: KubeObject | undefined;
  try {
    live = await findObject(client, { ...identity, namespace: namespace ?? session.settings.namespace });
  } catch (error) {
    if (!isUnreachable(error) || !session.settings.deleteUnreachable) throw error;
    session.log.warn(
      args.urn,
      `The API server ${client.server} cannot be reached; ${describe(identity)} is taken for gone, as deleteUnreachable is set.`,
    );
    return undefined;
  }
  if (live === undefined) return undefined;
  const found = { ...identity, namespace: live.metadata.namespace };
  const inputs = await inputsFor(client, await pathOfObject(client, found), live, args.inputs);
  const drifted = changesBetween(args.inputs, inputs).length > 0;
  const state = { id: formatId(found.namespace, name), outputs: outputsOf(live) };
  const { problems } = await judge(client, live);
  if (problems.length > 0) throw new InitFailedError(found, state, problems, inputs);
  return { ...state, inputs, drifted };
}
