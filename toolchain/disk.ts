import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { cacheFolder } from "./cache.ts";
import { reasonOf } from "./error.ts";
import type { Go } from "./go.ts";
import type { Check } from "./host.ts";
import type { Env } from "./path.ts";
import { gibibyte, mebibyte, sizeOf } from "./size.ts";
import { groupNames, groups, type GroupName } from "./tools.ts";

/** Disk that a build of everything takes, measured: in Go's module cache, in its build cache, and for the tools themselves. */
const diskToBuild = { modules: 3.5 * gibibyte, compiled: 7.1 * gibibyte, tools: 0.7 * gibibyte };
/** Disk that one download takes, in the cache: Envoy's is 37 MB unpacked, beside its archive. */
const diskToFetch = 64 * mebibyte;
/** Disk that a rehearsal takes in the temporary folder: 138 MiB were measured with `local`. */
const diskToRun = 250 * mebibyte;

/** Disk that a folder will take, in bytes. */
interface DiskNeed {
  readonly folder: string;
  readonly bytes: number;
  /** The variable that puts the folder elsewhere. */
  readonly setting: string;
}

const minutesOf = (names: Iterable<GroupName>): number =>
  [...names].reduce((sum, name) => {
    const group = groups[name];
    return sum + (group.kind === "go" ? group.minutes : 0);
  }, 0);

/**
 * The disk that the builds of these groups take: of what a build of everything takes, the share that they have
 * in its minutes. That is an estimate: groups share modules.
 * @param go is absent where there is none; its caches then count as if they lay beside the tools
 */
export function diskNeeds(env: Env, builds: readonly GroupName[], go?: Go): readonly DiskNeed[] {
  if (builds.length === 0) return [];
  const share = minutesOf(builds) / minutesOf(groupNames);
  const fetched = builds.filter((name) => groups[name].kind === "wheel").length * diskToFetch;
  const cache = cacheFolder(env);
  // GOCACHE may be "off".
  const folderOf = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : cache);
  return [
    { folder: cache, bytes: share * diskToBuild.tools + fetched, setting: "XDG_CACHE_HOME" },
    { folder: folderOf(go?.buildCache), bytes: share * diskToBuild.compiled, setting: "GOCACHE" },
    { folder: folderOf(go?.moduleCache), bytes: share * diskToBuild.modules, setting: "GOMODCACHE" },
  ].filter(({ bytes }) => bytes > 0);
}

/** The file system that holds the path, or will hold it, and the bytes that are free in it. */
async function fileSystemOf(path: string): Promise<{ readonly id: number; readonly free: number }> {
  try {
    const [{ dev }, { bavail, bsize }] = await Promise.all([stat(path), statfs(path)]);
    return { id: dev, free: bavail * bsize };
  } catch (error) {
    if (dirname(path) === path) throw error;
    return fileSystemOf(dirname(path));
  }
}

/**
 * Whether each file system has room for what will be written to it: one row for each. Too little is a warning, since the need is an
 * estimate, and part of it may be there already.
 */
export async function checkDisk(
  needs: readonly DiskNeed[],
  measure: typeof fileSystemOf = fileSystemOf,
): Promise<readonly Check[]> {
  const measured = await Promise.all(needs.map(async (need) => ({ ...need, ...(await measure(need.folder)) })));
  return [...Map.groupBy(measured, ({ id }) => id).values()].map((here): Check => {
    const needed = here.reduce((sum, { bytes }) => sum + bytes, 0);
    const free = here[0]?.free ?? 0;
    const folders = [...new Set(here.map(({ folder }) => folder))];
    const row = { name: "disk", version: "", where: `${sizeOf(free)} free for ${folders.join(", ")}` };
    if (free >= needed) return { ...row, status: "ok", mend: "" };
    const settings = here.map(({ setting }) => setting).join(" or ");
    const mend = `have ${sizeOf(needed)} free there (go clean -cache frees what earlier builds left), or set ${settings} to a folder on a larger disk`;
    return { ...row, status: "warning", mend };
  });
}

/** Longest path of a UNIX socket, less the name of a run's folder and of the sockets in it. The limit counts bytes. */
const longestTemporaryFolder = 70;

/** Where run folders are made: `$TMPDIR`, unless its path is too long for a UNIX socket below it, else `/tmp`. */
export function temporaryFolder({ TMPDIR: given = "" }: Env): string {
  const folder = resolve(given === "" ? "/tmp" : given);
  return Buffer.byteLength(folder) > longestTemporaryFolder ? "/tmp" : folder;
}

/** Whether a run folder can be made, and has the disk that it needs. */
export async function checkTemporaryFolder(env: Env, measure: typeof fileSystemOf = fileSystemOf): Promise<Check> {
  const folder = temporaryFolder(env);
  const row = { name: "temporary folder", version: "" };
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return { ...row, status: "missing", where: reasonOf(error), mend: "set TMPDIR to a folder of yours" };
  }
  const { free } = await measure(folder);
  const where = `${sizeOf(free)} free in ${folder}`;
  if (free >= diskToRun) return { ...row, status: "ok", where, mend: "" };
  const mend = `have ${sizeOf(diskToRun)} free there, or set TMPDIR to a folder on a larger disk`;
  return { ...row, status: "missing", where, mend };
}

const fullDisk = /no space left on device|ENOSPC|disk quota exceeded|EDQUOT/i;

/**
 * Words for a failure that a full disk caused: how much is free where, and what to do. Empty for any other failure.
 * @param builds groups that were being made
 */
export async function fullDiskNote(
  text: string,
  env: Env,
  builds: readonly GroupName[] = [],
  go?: Go,
): Promise<string> {
  if (!fullDisk.test(text)) return "";
  const rows = [await checkTemporaryFolder(env), ...(await checkDisk(diskNeeds(env, builds, go)))];
  const lines = rows.map(({ where, mend }) => `- ${where}${mend === "" ? "" : `: ${mend}`}`);
  return `\nA disk is full, or was until just now:\n${lines.join("\n")}`;
}
