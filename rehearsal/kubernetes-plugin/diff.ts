import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { causesOf, keepIgnored, serverSideApply } from "./apply.ts";
import type { Settings } from "./config.ts";
import { formatId, isAutonamed, metadataOf, placeOf } from "./naming.ts";
import { pathOrGone } from "./live.ts";
import { decidedPart } from "./objects.ts";
import { type Change, changesBetween, getAt, isUnder, parsePath, type Path, type Properties } from "../kube/paths.ts";
import { hasUnknown } from "./properties.ts";

export interface DiffArgs {
  readonly oldInputs: Properties;
  /** The outputs in the state. */
  readonly old: Properties;
  readonly news: Properties;
  readonly ignored: readonly string[];
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

/** Fields whose change replaces the object although the API server would allow it, so that pods take the new content. */
function replacingFields(news: Properties, settings: Settings): readonly Path[] {
  if (news["apiVersion"] !== "v1") return [];
  if (news["kind"] === "ConfigMap" && !settings.mutableConfigMaps) return [["data"], ["binaryData"]];
  if (news["kind"] === "Secret" && !settings.mutableSecrets) return [["data"], ["stringData"], ["type"]];
  return [];
}

const isGoneOnPurpose = (object: Properties) => getAt(object, ["spec", "ttlSecondsAfterFinished"]) !== undefined;

/** The live object's fields against what they would become; undefined where nothing decided changes. */
async function askServer(
  client: KubeClient,
  path: string,
  live: KubeObject,
  news: Properties,
): Promise<{ changes: Change[]; immutablePaths: Path[] | undefined }> {
  try {
    const future = await serverSideApply(client, path, news, { dryRun: true, force: true });
    return { changes: changesBetween(decidedPart(live), decidedPart(future)), immutablePaths: undefined };
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 422) throw error;
    const causes = causesOf(error);
    const messages = causes.length > 0 ? causes.map(({ message }) => message ?? "") : [error.message];
    // A replacement would meet any other cause again, after the old object has gone.
    if (!messages.every((message) => immutable.test(message))) throw error;
    return { changes: [], immutablePaths: causes.map(({ field }) => parsePath(field ?? "")) };
  }
}

/**
 * What an update would do to the live object, asked from the API server by a dry run; where the inputs hold unknowns, or
 * the API server cannot be asked, what the program changed.
 */
export async function diff(settings: Settings, args: DiffArgs): Promise<Diff> {
  const { oldInputs, old, news } = args;
  const ignored = args.ignored.map(parsePath);
  const inputChanges = changesBetween(oldInputs, news).filter(
    ({ path }) => !ignored.some((pattern) => isUnder(path, pattern)),
  );
  const identity = identityChanges(args);
  let changes: readonly Change[] = inputChanges;
  let immutablePaths: readonly Path[] = [];
  let refused = false;

  if (settings.client !== undefined && identity.length === 0 && !hasUnknown(news)) {
    const path = await pathOrGone(settings.client, {
      apiVersion: String(news["apiVersion"]),
      kind: String(news["kind"]),
      ...placeOf(old),
    });
    const live = path === undefined ? undefined : await settings.client.find(path);
    if (path === undefined || live === undefined) {
      // An update puts a lost object back, unless it was to vanish by itself.
      if (!isGoneOnPurpose(old)) changes = [...inputChanges, { path: ["metadata", "uid"], kind: "update" }];
    } else {
      const answer = await askServer(settings.client, path, live, keepIgnored(news, live, args.ignored));
      if (answer.immutablePaths !== undefined) {
        immutablePaths = answer.immutablePaths;
        refused = true;
      } else {
        changes = answer.changes.filter(({ path }) => !ignored.some((pattern) => isUnder(path, pattern)));
      }
    }
  }

  const touched = (path: Path) =>
    inputChanges.some((change) => isUnder(change.path, path) || isUnder(path, change.path));
  const fields = replacingFields(news, settings);
  const replacing = [...identity, ...immutablePaths, ...(fields.some(touched) ? fields : [])];
  // Where two paths meet, either may be the deeper one: the API server names spec.template for a change far below.
  const meets = (path: Path) => replacing.some((other) => isUnder(path, other) || isUnder(other, path));
  const listed = withPaths([...changes], [...identity, ...immutablePaths]);
  // The API server may refuse the update as a whole and name no field that differs here.
  const asWhole = refused && !listed.some(({ path }) => meets(path));
  const differences = listed.map(({ path, kind }) => ({
    path,
    kind,
    inInputs: touched(path),
    replaces: asWhole || meets(path),
  }));
  return { differences, deleteBeforeReplace: differences.some(({ replaces }) => replaces) && keepsName(old, news) };
}

/** Adds the paths that no change lies at, below or above, so that every reason to replace is shown. */
function withPaths(changes: Change[], paths: readonly Path[]): Change[] {
  const missing = paths.filter(
    (path) => !changes.some((change) => isUnder(change.path, path) || isUnder(path, change.path)),
  );
  return [...changes, ...missing.map((path) => ({ path, kind: "update" as const }))];
}

/** Two objects cannot have one name: the old one must go first, unless the name was made here and the new one gets another. */
function keepsName(old: Properties, news: Properties): boolean {
  const place = (object: Properties) => {
    const { namespace, name } = placeOf(object);
    return `${groupOf(object["apiVersion"])} ${String(object["kind"])} ${formatId(namespace, name)}`;
  };
  return !isAutonamed(news) && (place(old) === place(news) || hasUnknown(metadataOf(news)));
}
