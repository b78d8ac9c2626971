import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { processIds, readOf } from "../../rehearsal/proc.ts";
import { childrenOf } from "../../rehearsal/runs.ts";

const project = join(import.meta.dirname, "..", "..");

/** A machine's user as a rehearsal sees it: a home and a temporary folder of its own, with things in it that must stay as they are. */
export interface Sandbox {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What lies in the home, path by path, with its content. */
  readonly home: () => Readonly<Record<string, string>>;
  /** Folders of runs that are left. */
  readonly runFolders: () => readonly string[];
  /** Segments of shared memory that were there before. */
  readonly sharedMemory: ReadonlySet<string>;
  /** Rehearsals that were started in it. */
  readonly started: ChildProcess[];
  /** Ends what a failed test left running, and removes the folder. */
  readonly remove: () => void;
}

export interface SandboxNames {
  /** @default "home" */
  readonly home?: string;
  /** @default "tmp" */
  readonly temporary?: string;
}

export function sandbox(stacks?: string, names: SandboxNames = {}): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const home = join(folder, names.home ?? "home");
  const temporary = join(folder, names.temporary ?? "tmp");
  for (const path of [join(home, ".kube"), join(home, ".pulumi"), temporary]) mkdirSync(path, { recursive: true });
  writeFileSync(join(home, ".kube", "config"), "the user's own kubeconfig: not even YAML: [\n");
  writeFileSync(join(home, ".pulumi", "credentials.json"), '{"current":"the user\'s own backend"}\n');
  // The cache of the tools is the only thing of the user's that a rehearsal may use.
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const started: ChildProcess[] = [];
  return {
    folder,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      TMPDIR: temporary,
      XDG_CACHE_HOME: cache,
      KUBECONFIG: join(home, ".kube", "config"),
      AWS_PROFILE: "a-profile-that-is-not-there",
      PULUMI_ACCESS_TOKEN: "a-token-that-must-not-be-used",
      ...(stacks !== undefined && { POLYMATH_STACKS: stacks }),
    },
    home: () =>
      Object.fromEntries(
        readdirSync(home, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [
            join(entry.parentPath, entry.name).slice(home.length + 1),
            readFileSync(join(entry.parentPath, entry.name), "utf8"),
          ]),
      ),
    runFolders: () => readdirSync(temporary).filter((name) => name.startsWith("polymath-")),
    sharedMemory: new Set(envoySegments()),
    started,
    remove: () => {
      for (const child of started) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** Content of a sandbox's home before anything ran. */
export const untouchedHome = {
  ".kube/config": "the user's own kubeconfig: not even YAML: [\n",
  ".pulumi/credentials.json": '{"current":"the user\'s own backend"}\n',
};

export interface Rehearsal {
  readonly pid: number;
  /** Everything printed so far, both streams. */
  readonly output: () => string;
  /** What was printed to standard output alone. */
  readonly stdout: () => string;
  /** Resolves once the output has a text. @throws Error with the output when the rehearsal ends before. */
  readonly says: (text: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Stops reading what it prints, as a pager that was left does. */
  readonly hangUp: () => void;
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs `cli/rehearse.ts` as `npm run rehearse` does. */
export function rehearse(
  box: Sandbox,
  args: readonly string[],
  prefix: readonly string[] = [],
  node = process.execPath,
): Rehearsal {
  const [command = "", ...rest] = [...prefix, node, join(project, "cli", "rehearse.ts"), ...args];
  const child = spawn(command, rest, { cwd: project, env: box.env, stdio: ["ignore", "pipe", "pipe"] });
  box.started.push(child);
  let output = "";
  let stdout = "";
  const listeners = new Set<() => void>();
  const keep = (chunk: Buffer) => {
    output += chunk.toString("utf8");
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    keep(chunk);
  });
  child.stderr.on("data", keep);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    stdout: () => stdout,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then((code) =>
          reject(new Error(`The rehearsal ended (exit code ${code}) before it said "${text}":\n${output}`)),
        );
      }),
    signal: (signal) => child.kill(signal),
    hangUp: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    ended,
  };
}

/** A file of a process; empty for a process that has ended, or is another user's. */
const fileOf = (pid: number, name: string): string => readOf(pid, name) ?? "";

const commandOf = (pid: number): string => fileOf(pid, "cmdline").replaceAll("\0", " ").trim();

/** Command lines of processes that have a text in them or in their environment, this process left out. */
export const processesWith = (text: string): readonly string[] =>
  processIds()
    .filter((pid) => pid !== process.pid)
    .filter((pid) => fileOf(pid, "cmdline").includes(text) || fileOf(pid, "environ").includes(text))
    .map(commandOf)
    .filter((line) => line !== "");

/** Processes that a rehearsal started, by their command line. */
export function descendants(pid: number, command: RegExp): readonly number[] {
  const children = childrenOf(pid);
  return [
    ...children.filter((one) => command.test(commandOf(one))),
    ...children.flatMap((one) => descendants(one, command)),
  ];
}

/** Segments of shared memory that Envoys made. */
const envoySegments = (): readonly string[] => readdirSync("/dev/shm").filter((name) => name.includes("envoy"));

const linesOf = (file: string): readonly string[] => readFileSync(file, "utf8").trim().split("\n");

/**
 * Everything that rehearsals of a sandbox have left on the machine: processes, mounts, sockets, temporary files, segments of shared
 * memory, changes of the home. Folders with the logs of failed runs are left out on request; nothing else of those may stay.
 */
export function traces(box: Sandbox, { keptLogs = false } = {}): readonly string[] {
  const temporary = String(box.env["TMPDIR"]);
  const files = readdirSync(temporary).flatMap((name) => {
    const parts = readdirSync(join(temporary, name));
    return keptLogs && parts.join() === "logs" ? [] : [`file: ${name}: ${parts.join(", ")}`];
  });
  return [
    ...processesWith(box.folder).map((line) => `process: ${line}`),
    ...linesOf("/proc/self/mounts")
      .filter((line) => line.includes(box.folder))
      .map((line) => `mount: ${line}`),
    ...linesOf("/proc/net/unix")
      .filter((line) => line.includes(box.folder))
      .map((line) => `socket: ${line}`),
    ...envoySegments()
      .filter((name) => !box.sharedMemory.has(name))
      .map((name) => `shared memory: ${name}`),
    ...files,
    ...(isDeepStrictEqual(box.home(), untouchedHome) ? [] : [`home: ${Object.keys(box.home()).join(", ")}`]),
  ];
}
