import {
  chmodSync,
  lstatSync,
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
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../toolchain/disk.ts";

export const runPrefix = "polymath-run-";
const ownerFile = "owner";
const aliveSocket = "alive.sock";

/** How many failed runs of a user keep their logs. */
const mostKept = 5;

/** Where this user's run folders are. */
const baseFolder = (): string => temporaryFolder(process.env);

/** A process as other containers that share the folder cannot mistake it: its number and its pid namespace. */
const processName = (pid: number | string) => `${pid} ${readlinkSync("/proc/self/ns/pid")}`;

/** Whether someone listens on a UNIX socket. It is told across process namespaces too: the kernel closes it with its process. */
const isListening = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const client = connect(socket);
    const answer = (listening: boolean) => {
      client.destroy();
      resolve(listening);
    };
    client.on("connect", () => answer(true)).on("error", () => answer(false));
  });

/** Whether the rehearsal that a run folder names still runs. */
async function isOwned(folder: string, owner: string): Promise<boolean> {
  const [pid = ""] = owner.split(" ");
  if (owner !== processName(pid)) return isListening(join(folder, aliveSocket));
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("rehearse");
  } catch {
    return false;
  }
}

/** Folders of this user's runs: their paths, and who owns them; no owner where only the logs were kept. */
export function runFolders(base = baseFolder()): readonly { readonly folder: string; readonly owner?: string }[] {
  return readdirSync(base)
    .filter((name) => name.startsWith(runPrefix))
    .flatMap((name) => {
      const folder = join(base, name);
      try {
        // Itself, not what a link leads to: the temporary folder is everybody's.
        const found = lstatSync(folder);
        if (found.uid !== process.getuid?.() || !found.isDirectory()) return [];
      } catch {
        // Another start removed it at the same moment.
        return [];
      }
      try {
        return [{ folder, owner: readFileSync(join(folder, ownerFile), "utf8") }];
      } catch {
        return [{ folder }];
      }
    });
}

/** Removes folders of this user's runs that were killed before they could. */
async function removeAbandoned(base: string): Promise<void> {
  for (const { folder, owner } of runFolders(base))
    if (owner !== undefined && !(await isOwned(folder, owner))) removeRunFolder(folder);
}

/** A folder for one run, only for its user, with a path short enough for a UNIX socket. */
export async function makeRunFolder(): Promise<string> {
  const base = baseFolder();
  await removeAbandoned(base);
  const folder = mkdtempSync(join(base, runPrefix));
  chmodSync(folder, 0o700);
  mkdirSync(join(folder, "logs"));
  const alive = createServer((client) => client.destroy()).listen(join(folder, aliveSocket));
  await once(alive, "listening");
  alive.unref();
  // Whole or not at all: another start may look at any moment.
  writeFileSync(join(folder, "owner.new"), processName(process.pid));
  renameSync(join(folder, "owner.new"), join(folder, ownerFile));
  return folder;
}

/** Removes a run's folder. What was killed this moment may still write: it is tried again for a while. */
export const removeRunFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** The runs of this user whose logs were kept, the newest first. */
export const keptRuns = (
  base = baseFolder(),
): readonly { readonly folder: string; readonly logs: string; readonly time: Date }[] =>
  runFolders(base)
    .filter(({ owner }) => owner === undefined)
    .flatMap(({ folder }) => {
      const logs = join(folder, "logs");
      const time = statSync(logs, { throwIfNoEntry: false })?.mtime;
      // Another run removes it at this moment.
      return time === undefined ? [] : [{ folder, logs, time }];
    })
    .sort((a, b) => b.time.getTime() - a.time.getTime());

/** Keeps the logs of a failed run and nothing else, and of earlier failed runs those of the newest few. Returns the logs' folder. */
export function keepLogs(folder: string): string {
  for (const name of readdirSync(folder)) if (name !== "logs") removeRunFolder(join(folder, name));
  for (const { folder: older } of keptRuns(join(folder, "..")).slice(mostKept)) removeRunFolder(older);
  return join(folder, "logs");
}
