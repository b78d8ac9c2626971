import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { execPaths, promptOf } from "../../rehearsal/exec.ts";
import { childrenOf, runningRehearsals, type Run } from "../../rehearsal/runs.ts";
import { table } from "../../plan/table.ts";
import { passedOn } from "../../toolchain/environment.ts";
import { systemTool } from "../../toolchain/path.ts";
import { UserError } from "../common.ts";

const usage = "Usage: npm run rehearse -- exec [--run NAME] [-- COMMAND [ARG ...]]";

export interface ExecOptions {
  /** Name of a run; undefined: the only one. */
  readonly run: string | undefined;
  /** Empty: a shell. */
  readonly command: readonly string[];
}

/** Reads what follows `exec`: options of its own up to `--` or the first word of the command. @throws UserError with the usage. */
export function parseExec(argv: readonly string[]): ExecOptions {
  let run: string | undefined;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (word === "--") return { run, command: argv.slice(index + 1) };
    if (!word.startsWith("-")) return { run, command: argv.slice(index) };
    const [option, value = argv[++index]] = word.split("=", 2);
    if (option !== "--run")
      throw new UserError(`exec has no option "${option}"; a command comes after "--".\n${usage}`);
    if (value === undefined || value === "") throw new UserError(`--run takes the name of a run.\n${usage}`);
    run = value;
  }
  return { run, command: [] };
}

const listing = (runs: readonly Run[]) =>
  table(
    ["run", "environment", "since"],
    runs.map(({ name, environment, since }) => [name, environment, since]),
  );

/** The run that is meant. @throws UserError when none runs, or which one is not said. */
export function chooseRun(runs: readonly Run[], name: string | undefined): Run {
  const [only] = runs;
  if (only === undefined)
    throw new UserError('No rehearsal of yours runs. Start one in another terminal: "npm run rehearse -- local".');
  const found = name === undefined ? (runs.length === 1 ? only : undefined) : runs.find((one) => one.name === name);
  if (found) return found;
  const why = name === undefined ? "Several rehearsals run" : `No rehearsal of the name "${name}" runs`;
  throw new UserError(`${why}; choose one with --run NAME:\n\n${listing(runs)}`);
}

/** What a command inside gets of the user's environment: how things are shown and edited, and no credential, proxy or configuration. */
const passed = [
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TERM",
  "COLORTERM",
  "NO_COLOR",
  "EDITOR",
  "VISUAL",
  "PAGER",
  "SHELL",
  "TZ",
];

function environmentIn(run: Run): NodeJS.ProcessEnv {
  const { bin, home, kubeconfig } = execPaths(run.folder);
  return {
    ...passedOn(passed, process.env),
    PATH: `${bin}:${process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"}`,
    HOME: home,
    KUBECONFIG: kubeconfig,
    PS1: promptOf(run.environment),
  };
}

/**
 * Waits for the command instead of nsenter, which Ctrl-C would end before it. A trap that is set, unlike a signal that is ignored, is
 * not handed down: the command gets Ctrl-C as always.
 */
const waiting = `trap : INT QUIT; cd "$1" 2>/dev/null; shift; "$@"`;

/** Runs a command inside a running rehearsal. Resolves with its exit code, as shells report it. */
export async function exec(argv: readonly string[]): Promise<number> {
  if (argv[0] === "--help") {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { run: name, command } = parseExec(argv);
  const run = chooseRun(runningRehearsals(), name);
  if (!existsSync(execPaths(run.folder).bin))
    throw new UserError(
      `The rehearsal of "${run.environment}" has not come far enough to be entered: wait until its control plane and its engine are ready.`,
    );
  const nsenter = await systemTool("nsenter", process.env);
  if (nsenter === undefined) throw new UserError('exec needs the command "nsenter" (util-linux).');
  const shell = process.env["SHELL"] ?? "/bin/sh";
  if (command.length === 0)
    process.stderr.write(
      `A shell inside the rehearsal of "${run.environment}": kubectl and pulumi are its own, "exit" leaves it.\n`,
    );
  const asRoot = process.getuid?.() === 0;
  const folder = process.env["INIT_CWD"] ?? process.cwd();
  const user = asRoot ? [] : ["--user", "--preserve-credentials"];
  const entering = [`--target=${run.pid}`, ...user, "--mount", "--net", "--pid", "--root", "--wd", "--no-fork"];
  const child = spawn(
    nsenter,
    [...entering, "--", "/bin/sh", "-c", waiting, "exec", folder, ...(command.length === 0 ? [shell] : command)],
    { stdio: "inherit", env: environmentIn(run) },
  );
  // Ctrl-C comes to the command from the terminal; what comes to this process alone is passed on.
  process.on("SIGINT", () => undefined);
  process.on("SIGQUIT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      for (const pid of childrenOf(child.pid ?? 0)) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended at this moment.
        }
      }
    });
  const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => resolve([code, signal]));
  });
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
