import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const project = join(import.meta.dirname, "..", "..");

/** A machine's user as a rehearsal sees it: a home and a temporary folder of its own, with things in it that must stay as they are. */
export interface Sandbox {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What lies in the home, path by path, with its content. */
  readonly home: () => Readonly<Record<string, string>>;
  /** Folders of runs that are left. */
  readonly runFolders: () => readonly string[];
  /** Rehearsals that were started in it. */
  readonly started: ChildProcess[];
  /** Ends what a failed test left running, and removes the folder. */
  readonly remove: () => void;
}

export function sandbox(stacks?: string): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const home = join(folder, "home");
  const temporary = join(folder, "tmp");
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
  /** Resolves once the output has a text. @throws Error with the output when the rehearsal ends before. */
  readonly says: (text: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs `cli/rehearse.ts` as `npm run rehearse` does. */
export function rehearse(box: Sandbox, args: readonly string[], prefix: readonly string[] = []): Rehearsal {
  const [command = "", ...rest] = [...prefix, process.execPath, join(project, "cli", "rehearse.ts"), ...args];
  const child = spawn(command, rest, { cwd: project, env: box.env, stdio: ["ignore", "pipe", "pipe"] });
  box.started.push(child);
  let output = "";
  const listeners = new Set<() => void>();
  const keep = (chunk: Buffer) => {
    output += chunk.toString("utf8");
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
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
    ended,
  };
}

/** Command lines of processes that have a text in them, this process left out. */
export function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return [
          readFileSync(join("/proc", pid, "cmdline"), "utf8")
            .replaceAll("\0", " ")
            .trim(),
        ];
      } catch {
        // It ended while the folder was read.
        return [];
      }
    })
    .filter((line) => line.includes(text));
}
