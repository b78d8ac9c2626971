import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { checkTemporaryFolder } from "./disk.ts";
import { reasonOf, ToolchainError } from "./error.ts";
import { systemTool, type Env } from "./path.ts";
import { gibibyte, sizeOf } from "./size.ts";

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

/** What a rehearsal needs of the system itself, whatever tools there are. */
export const checkSystem = async (env: Env): Promise<readonly Check[]> => [
  await checkNamespaces(env),
  await checkCommand(
    "ip",
    "sudo apt-get install iproute2 (Debian, Ubuntu), or sudo dnf install iproute (Fedora, RHEL)",
    env,
  ),
  await checkTemporaryFolder(env),
];

/**
 * The commands that make a rehearsal's namespaces.
 * @throws ToolchainError with everything that keeps a rehearsal from running on this system
 */
export async function requireSystem(env: Env): Promise<{ readonly unshare: string; readonly ip: string }> {
  const missing = (await checkSystem(env)).filter(({ status }) => status === "missing");
  const [unshare, ip] = [await systemTool("unshare", env), await systemTool("ip", env)];
  if (missing.length === 0 && unshare !== undefined && ip !== undefined) return { unshare, ip };
  const lines = missing.map(({ name, where, mend }) => `- ${name}: ${where}. To mend it: ${mend}`);
  throw new ToolchainError(
    `A rehearsal cannot run here.\n${lines.join("\n")}\nRun "npm run doctor" for the whole picture.`,
  );
}

/** Whether there is memory enough; too little is a warning, since other processes may end. */
export function checkMemory(free: number = process.availableMemory()): Check {
  const where = `${sizeOf(free)} available`;
  return free >= memoryToRun
    ? { name: "memory", status: "ok", version: "", where, mend: "" }
    : {
        name: "memory",
        status: "warning",
        version: "",
        where,
        mend: `end other programs: a rehearsal takes about ${sizeOf(memoryToRun)}`,
      };
}
