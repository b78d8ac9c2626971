import { execFile } from "node:child_process";
import { readFile, stat, statfs } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache.ts";
import { reasonOf } from "./error.ts";
import type { Go } from "./go.ts";
import { systemTool, type Env } from "./path.ts";
import { groupNames, groups, type GroupName } from "./tools.ts";

const run = promisify(execFile);

/** What was found about one need of a rehearsal. */
export interface Check {
  readonly name: string;
  /** "missing" alone keeps a rehearsal from running. */
  readonly status:
    | "ok"
    | "ok on PATH"
    | "ok in cache"
    | "will be built"
    | "will be fetched"
    | "not needed"
    | "warning"
    | "missing";
  readonly version: string;
  /** Where it is, or what was found instead. */
  readonly where: string;
  /** What mends it; empty where nothing has to be. */
  readonly mend: string;
}

const gibibyte = 1024 ** 3;

/** Bytes in words: `11.3 GiB`. */
const gibibytes = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;

/** Disk that a build of everything takes, measured: in Go's module cache, in its build cache, and for the tools themselves. */
const diskToBuild = { modules: 3.5 * gibibyte, compiled: 7.1 * gibibyte, tools: 0.7 * gibibyte };
/** Disk that a rehearsal itself takes. */
const diskToRun = 1 * gibibyte;
/** Memory that a rehearsal takes: control plane 0.6 GiB, gateway 0.25 GiB, engine, plugins and model servers. */
const memoryToRun = 2 * gibibyte;

/** A kernel setting, or undefined where the kernel does not have it. */
async function kernelSetting(path: string): Promise<string | undefined> {
  return readFile(`/proc/sys/${path}`, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Settings by which distributions forbid user namespaces, with the value that forbids. */
const forbidding = [
  { path: "kernel/apparmor_restrict_unprivileged_userns", value: "1", allow: "0", note: "the default of Ubuntu 24.04" },
  { path: "kernel/unprivileged_userns_clone", value: "0", allow: "1", note: "the default of some hardened kernels" },
  { path: "user/max_user_namespaces", value: "0", allow: "15000", note: "the default of RHEL 7" },
] as const;

async function mendNamespaces(root: boolean): Promise<string> {
  if (root)
    return "this root may not make namespaces (a container without CAP_SYS_ADMIN?): docker run --privileged, or run it on the machine itself";
  for (const { path, value, allow, note } of forbidding) {
    if ((await kernelSetting(path)) === value)
      return `sudo sysctl -w ${path.replace("/", ".")}=${allow} (${value} is ${note}), or run it as root`;
  }
  return "run it as root, or outside a container that forbids namespaces";
}

/** Whether this user may make the namespaces in which a rehearsal lives. */
export async function checkNamespaces(env: Env, root: boolean = process.getuid?.() === 0): Promise<Check> {
  const name = "namespaces";
  if (process.platform !== "linux") {
    return {
      name,
      status: "missing",
      version: "",
      where: process.platform,
      mend: "rehearse on Linux; plan, check and unit tests run here",
    };
  }
  const unshare = await systemTool("unshare", env);
  if (unshare === undefined) {
    return { name, status: "missing", version: "", where: "no unshare found", mend: "sudo apt-get install util-linux" };
  }
  const flags = root ? "-mnp" : "-Urmnp";
  const args = [flags, "--fork", "--kill-child", "--mount-proc", (await systemTool("true", env)) ?? "true"];
  const where = `${unshare} ${args.join(" ")}`;
  try {
    await run(unshare, args, { env: { ...env }, timeout: 10_000 });
    return { name, status: "ok", version: "", where, mend: "" };
  } catch (error) {
    const found = reasonOf(error).trim().split("\n").at(-1) ?? "";
    return { name, status: "missing", version: "", where: found, mend: await mendNamespaces(root) };
  }
}

/** Whether a command of the operating system is there. */
export async function checkCommand(name: string, mend: string, env: Env): Promise<Check> {
  const path = await systemTool(name, env);
  return path === undefined
    ? { name, status: "missing", version: "", where: "not found", mend }
    : { name, status: "ok", version: "", where: path, mend: "" };
}

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
 * The disk that a rehearsal takes, and before it the builds of these groups: of what a build of everything takes, the share that they have
 * in its minutes. That is an estimate: groups share modules.
 * @param go is absent where there is none; its caches then count as if they lay beside the tools
 */
export function diskNeeds(env: Env, builds: Iterable<GroupName>, go?: Go): readonly DiskNeed[] {
  const share = minutesOf(builds) / minutesOf(groupNames);
  const cache = cacheFolder(env);
  // GOCACHE may be "off".
  const folderOf = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : cache);
  return [
    { folder: cache, bytes: diskToRun + share * diskToBuild.tools, setting: "XDG_CACHE_HOME" },
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
    const row = { name: "disk", version: "", where: `${gibibytes(free)} free for ${folders.join(", ")}` };
    if (free >= needed) return { ...row, status: "ok", mend: "" };
    const settings = here.map(({ setting }) => setting).join(" or ");
    const mend = `have ${gibibytes(needed)} free there (go clean -cache frees what earlier builds left), or set ${settings} to a folder on a larger disk`;
    return { ...row, status: "warning", mend };
  });
}

/** Whether there is memory enough; too little is a warning, since other processes may end. */
export function checkMemory(free: number = process.availableMemory()): Check {
  const where = `${gibibytes(free)} available`;
  return free >= memoryToRun
    ? { name: "memory", status: "ok", version: "", where, mend: "" }
    : {
        name: "memory",
        status: "warning",
        version: "",
        where,
        mend: `end other programs: a rehearsal takes about ${gibibytes(memoryToRun)}`,
      };
}
