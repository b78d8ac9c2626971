import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Job } from "./job.ts";
import { dnsAddresses } from "./stage.ts";

/** Longest path of a UNIX socket, less the name of ours. */
const longestFolder = 90;

const prefix = "polymath-run-";
const ownerFile = "owner";

/** The temporary folder of this user, unless its path is too long for a socket in it. The limit counts bytes. */
function baseFolder(): string {
  const folder = resolve(tmpdir());
  return Buffer.byteLength(folder) > longestFolder - 20 ? "/tmp" : folder;
}

/** A process as other containers that share the folder cannot mistake it: its number and its pid namespace. */
const processName = (pid: number | string) => `${pid} ${readlinkSync("/proc/self/ns/pid")}`;

/** Whether the rehearsal that a run folder names still runs, as far as can be seen from here. */
function isOwned(owner: string): boolean {
  const [pid = ""] = owner.split(" ");
  if (owner !== processName(pid)) return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("rehearse");
  } catch {
    return false;
  }
}

/** Removes folders of this user's runs that were killed before they could. Those of failed runs, kept for their logs, name no owner. */
function removeAbandoned(base: string): void {
  for (const name of readdirSync(base).filter((one) => one.startsWith(prefix))) {
    const folder = join(base, name);
    try {
      const isMine = statSync(folder).uid === process.getuid?.();
      if (isMine && !isOwned(readFileSync(join(folder, ownerFile), "utf8"))) removeRunFolder(folder);
    } catch {
      // Another start removes it at the same moment, or it names no owner.
    }
  }
}

/** A folder for one run, only for its user, with a path short enough for a UNIX socket. */
export function makeRunFolder(): string {
  const base = baseFolder();
  removeAbandoned(base);
  const folder = mkdtempSync(join(base, prefix));
  chmodSync(folder, 0o700);
  mkdirSync(join(folder, "logs"));
  // Whole or not at all: another start may look at any moment.
  writeFileSync(join(folder, "owner.new"), processName(process.pid));
  renameSync(join(folder, "owner.new"), join(folder, ownerFile));
  return folder;
}

export const removeRunFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Keeps the logs of a failed run and nothing else. Returns their folder. */
export function keepLogs(folder: string): string {
  for (const name of readdirSync(folder)) if (name !== "logs") removeRunFolder(join(folder, name));
  return join(folder, "logs");
}

export interface RunOptions {
  readonly job: Job;
  /** Paths of unshare and ip. */
  readonly system: { readonly unshare: string; readonly ip: string };
  /** Root needs no user namespace. */
  readonly asRoot: boolean;
  readonly signal: AbortSignal;
}

/** Command that makes the namespaces and enters them; its arguments end where the inner command begins. */
export const namespaceCommand = ({
  job,
  system,
  asRoot,
}: Pick<RunOptions, "job" | "system" | "asRoot">): readonly [string, ...string[]] => [
  system.unshare,
  asRoot ? "-mnp" : "-Urmnp",
  "--fork",
  "--kill-child",
  "--mount-proc",
  fileURLToPath(new URL("./namespaces/enter.sh", import.meta.url)),
  job.folder,
  system.ip,
];

/** What the inside keeps of the user's environment: nothing that configures the tools, no proxy and no credential. */
const innerEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    ["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR"].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );

/**
 * Runs the inside of a rehearsal in namespaces of its own and waits for its end. The inside ends when this process does: its standard
 * input closes; and when it ends, so does everything in its namespaces.
 */
export async function runInside(options: RunOptions): Promise<number> {
  const { job, signal } = options;
  const jobFile = join(job.folder, "job.json");
  writeFileSync(jobFile, JSON.stringify(job));
  writeFileSync(join(job.folder, "resolv.conf"), `nameserver ${dnsAddresses[0]}\n`);
  const [command, ...entering] = namespaceCommand(options);
  const args = [...entering, process.execPath, fileURLToPath(new URL("./inside.ts", import.meta.url)), jobFile];
  // A session of its own: Ctrl-C comes to this process alone, which then ends the inside in order.
  const child = spawn(command, args, {
    stdio: ["pipe", "inherit", "inherit"],
    detached: true,
    env: innerEnvironment(),
  });
  const end = () => child.stdin?.end();
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const code = await new Promise<number | null>((resolve, reject) => child.once("exit", resolve).once("error", reject));
  signal.removeEventListener("abort", end);
  return code ?? 1;
}
