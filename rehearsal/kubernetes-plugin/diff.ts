import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { causesOf, keepIgnored, serverSideApply } from "./apply.ts";
import type { Settings } from "./config.ts";
import { withoutPredecessors } from "./managers.ts";
import { annotationOf, formatId, type Identity, isAutonamed, metadataOf, placeOf } from "./naming.ts";
import { findObject } from "./live.ts";
import { decidedPart } from "./objects.ts";
import {
  type Change,
  changesBetween,
  getAt,
  isUnder,
  overlaps,
  parsePath,
  type Path,
  type Properties,
} from "../kube/paths.ts";
import { hasUnknown } from "./properties.ts";
import { replacingFields } from "./replacing.ts";
import { notesFor } from "./state.ts";
import { isReady } from "./wait/index.ts";

export interface DiffArgs {
  readonly oldInputs: Properties;
  /** The outputs in the state. */
  readonly old: Properties;
  readonly news: Properties;
  readonly ignored: readonly string[];
  /** A Patch resource changes an object that is somebody else's: only another target is a replacement. */
  readonly isPatch: boolean;
}

export interface Difference extends Change {
  /** Whether the program changed here; otherwise the live object did. */
  readonly inInputs: boolean;
  readonly replaces: boolean;
}

export interface Diff {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
}

const immutable =
  /immutable|may not (be )?change|can(not|\s?not) be (changed|updated|modified)|updates to .* are forbidden|forbidden: updates|cannot change roleRef|once set/i;

const replaceUnready = "pulumi.com/replaceUnready";

/** The group of an API version: a new version of one group is the same object. */
const groupOf = (apiVersion: unknown) =>
  typeof apiVersion === "string" && apiVersion.includes("/") ? apiVersion.split("/")[0] : "";

/** Changes that make it another object, whatever the API server would say. */
function identityChanges({ old, oldInputs, news }: DiffArgs): Path[] {
  const before = (path: Path) => getAt(old, path) ?? getAt(oldInputs, path);
  const paths: Path[] = [];
  if (groupOf(before(["apiVersion"])) !== groupOf(news["apiVersion"])) paths.push(["apiVersion"]);
  if (before(["kind"]) !== news["kind"]) paths.push(["kind"]);
  for (const path of [
    ["metadata", "name"],
    ["metadata", "namespace"],
  ] as const) {
    const after = getAt(news, path);
    // An object of the whole cluster has no namespace, whatever the program says.
    if (after !== undefined && before(path) !== undefined && after !== before(path)) paths.push(path);
  }
  return paths;
}

const isGoneOnPurpose = (object: Properties) => getAt(object, ["spec", "ttlSecondsAfterFinished"]) !== undefined;

interface Answer {
  readonly changes: readonly Change[];
  /** Where the API server refuses to change the object; undefined where it refuses nothing. */
  readonly immutablePaths?: readonly Path[];
}

/**
 * What the program no longer says and a predecessor still owns: a dry run keeps it, but the update will have taken it over. An
 * object made of the program alone, in a dry run too, shows what of it is a default, and would come back.
 */
async function givenUp(
  client: KubeClient,
  identity: Identity,
  live: KubeObject,
  news: Properties,
  inputChanges: readonly Change[],
): Promise<readonly Change[]> {
  const removed = inputChanges.filter(({ path, kind }) => kind === "delete" && getAt(live, path) !== undefined);
  if (removed.length === 0) return [];
  const name = `preview-${randomBytes(4).toString("hex")}`;
  const alone = { ...news, metadata: { ...metadataOf(news), name } };
  const made = await serverSideApply(client, { ...identity, name }, alone, { fieldManager: name, dryRun: true }).catch(
    (error: unknown) => {
      // Not every kind may have any name; then all of it counts.
      if (error instanceof KubeError && error.status !== 0) return undefined;
      throw error;
    },
  );
  return removed.filter(({ path }) => !isDeepStrictEqual(getAt(made, path), getAt(live, path)));
}

/** What an update would change of the live object, asked from the API server by a dry run. */
async function askServer(
  client: KubeClient,
  identity: Identity,
  live: KubeObject,
  args: DiffArgs,
  inputChanges: readonly Change[],
): Promise<Answer> {
  const { fieldManager } = notesFor(args.news, args.old);
  const news = keepIgnored(args.news, live, args.ignored, fieldManager);
  try {
    const future = await serverSideApply(client, identity, news, { fieldManager, dryRun: true, force: true });
    const changes = changesBetween(decidedPart(live), decidedPart(future));
    if (args.isPatch || withoutPredecessors(live, fieldManager) === undefined) return { changes };
    return { changes: [...changes, ...(await givenUp(client, identity, live, news, inputChanges))] };
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 422 || args.isPatch) throw error;
    const causes = causesOf(error);
    const messages = causes.length > 0 ? causes.map(({ message }) => message ?? "") : [error.message];
    // A replacement would meet any other cause again, after the old object has gone.
    if (!messages.every((message) => immutable.test(message))) throw error;
    return { changes: inputChanges, immutablePaths: causes.map(({ field }) => parsePath(field ?? "")) };
  }
}

/** Whether the annotation asks to replace the object because it is not ready. Jobs alone, as with the official plugin. */
async function isUnready({ client }: Settings, { news }: DiffArgs, identity: Identity): Promise<boolean> {
  if (annotationOf(news, replaceUnready) !== "true" || news["kind"] !== "Job" || client === undefined) return false;
  const live = await findObject(client, identity);
  return live !== undefined && !(await isReady(client, live));
}

/**
 * What an update would do. Where the program changed, the API server is asked by a dry run; where the inputs hold unknowns, or
 * the API server cannot be asked, what the program changed counts. An unchanged program only puts back what is gone: what
 * others did to the object is found by a refresh, which turns it into a change of the inputs.
 */
export async function diff(settings: Settings, args: DiffArgs): Promise<Diff> {
  const { oldInputs, old, news } = args;
  const ignored = args.ignored.map(parsePath);
  const isIgnored = (path: Path) => ignored.some((pattern) => isUnder(path, pattern));
  const inputChanges = changesBetween(oldInputs, news).filter(({ path }) => !isIgnored(path));
  const identityPaths = identityChanges(args);
  const identity = { apiVersion: String(news["apiVersion"]), kind: String(news["kind"]), ...placeOf(old) };
  const forced: Path[] = [...identityPaths];
  if (identityPaths.length === 0 && (await isUnready(settings, args, identity)))
    forced.push(["metadata", "annotations", replaceUnready]);
  let answer: Answer = { changes: inputChanges };

  if (settings.client !== undefined && forced.length === 0 && !hasUnknown(news)) {
    const live = await findObject(settings.client, identity);
    if (live !== undefined) {
      if (inputChanges.length > 0) answer = await askServer(settings.client, identity, live, args, inputChanges);
    } else if (!isGoneOnPurpose(old)) {
      // An update puts a lost object back, unless it was to vanish by itself.
      answer = { changes: [...inputChanges, { path: ["metadata", "uid"], kind: "update" }] };
    }
  }

  const changes = answer.changes.filter(({ path }) => !isIgnored(path));
  const immutablePaths = answer.immutablePaths ?? [];
  const touched = (path: Path) => inputChanges.some((change) => overlaps(change.path, path));
  const groups = args.isPatch ? [] : replacingFields(news, settings);
  const fields = groups.filter((group) => group.some(touched)).flat();
  const replacing = [...forced, ...immutablePaths, ...fields];
  // Where two paths meet, either may be the deeper one: the API server names spec.template for a change far below.
  const meets = (path: Path) => replacing.some((other) => overlaps(path, other));
  const listed = withPaths(changes, [...forced, ...immutablePaths]);
  // The API server may refuse the update as a whole and name no field that differs here.
  const asWhole = answer.immutablePaths !== undefined && !listed.some(({ path }) => meets(path));
  const differences = listed.map(({ path, kind }) => ({
    path,
    kind,
    inInputs: touched(path),
    replaces: asWhole || meets(path),
  }));
  return { differences, deleteBeforeReplace: differences.some(({ replaces }) => replaces) && keepsName(old, news) };
}

/** Adds the paths that no change lies at, below or above, so that every reason to replace is shown. */
function withPaths(changes: readonly Change[], paths: readonly Path[]): Change[] {
  const missing = paths.filter((path) => !changes.some((change) => overlaps(change.path, path)));
  return [...changes, ...missing.map((path) => ({ path, kind: "update" as const }))];
}

/** Two objects cannot have one name: the old one must go first, unless the name was made here and the new one gets another. */
function keepsName(old: Properties, news: Properties): boolean {
  const isNamespaced = placeOf(old).namespace !== undefined;
  const place = (object: Properties) => {
    const { namespace, name } = placeOf(object);
    const id = formatId(isNamespaced ? namespace : undefined, name);
    return `${groupOf(object["apiVersion"])} ${String(object["kind"])} ${id}`;
  };
  return !isAutonamed(news) && (place(old) === place(news) || hasUnknown(Object.values(placeOf(news))));
}
