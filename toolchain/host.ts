import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache.ts";
import { reasonOf } from "./error.ts";
import { systemTool, type Env } from "./path.ts";

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

/** Disk that a build of everything takes, Go's module and build caches included; measured: 3.5 + 7.1 + 0.7 GiB. */
const diskToBuild = 12 * gibibyte;
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

/** Free bytes in the file system that holds the path, or will hold it. */
async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (dirname(path) === path) throw error;
    return freeBytes(dirname(path));
  }
}

/** Whether the cache's file system has room: for a rehearsal, and for the builds if there are any. */
export async function checkDisk(env: Env, builds: boolean): Promise<Check> {
  const folder = cacheFolder(env);
  const free = await freeBytes(folder);
  const needed = builds ? diskToBuild : diskToRun;
  const where = `${gibibytes(free)} free for ${folder}`;
  return free >= needed
    ? { name: "disk", status: "ok", version: "", where, mend: "" }
    : {
        name: "disk",
        status: "missing",
        version: "",
        where,
        mend: `free ${gibibytes(needed)}${builds ? " (builds included; go clean -cache frees what earlier builds left)" : ""}, or set XDG_CACHE_HOME to a larger disk`,
      };
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
