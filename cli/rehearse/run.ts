import { appendFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formatFindings, RefusedError } from "../../config/finding.ts";
import { phases, tellerWith, type Emit, type EventOf, type Phase } from "../../rehearsal/events.ts";
import { toolPathsSchema, type Job } from "../../rehearsal/job.ts";
import { interruptedCode, runInside, type RunOptions } from "../../rehearsal/outside.ts";
import { keepLogs, makeRunFolder, removeRunFolder } from "../../rehearsal/run-folder.ts";
import { requireSystem } from "../../toolchain/host.ts";
import { resolveTools } from "../../toolchain/resolve.ts";
import { rehearsalTools } from "../../toolchain/tools.ts";
import { planOf, stacksFolder } from "../common.ts";
import { checkDrills, checkFaults, type RehearseOptions } from "../rehearse-options.ts";
import { documentOf } from "./document.ts";
import { initialState, next, type RunState } from "./state.ts";
import { findOfficialPlugin } from "./system.ts";
import { isTerminal, isUnicode, terminalView } from "./terminal.ts";
import { plainView, quietView, type View } from "./view.ts";

/** Phases of a rehearsal that takes everything down. */
const lastPhases = new Set<Phase>(["proof", "destroy"]);

type Plot = Omit<Job, "folder"> & Pick<RunOptions, "system">;

/** An error that ended the command before anything ran inside. */
function failureOf(error: unknown): EventOf<"failure"> {
  const findings = error instanceof RefusedError ? error.findings : [];
  return {
    kind: "failure",
    message: error instanceof Error ? error.message : String(error),
    problems: findings
      .filter(({ severity }) => severity === "error")
      .map(({ rule, path, given, allowed, fix }) => ({
        what: `${path} (${rule})`,
        why: `found: ${given}; allowed: ${allowed}; fix: ${fix}`,
      })),
  };
}

/** npm passes on a Ctrl-C that the terminal has sent already: what comes so soon is the same one. */
const repeatMs = 500;

/** Why a command ends that was interrupted while tools were made. */
const interruption = new Error("Interrupted. Nothing half-made was kept; the same command goes on from here.");

/** Appends to the command's own log. A full disk must not end what shows that it is full. */
function writeLog(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch {}
}

/** One rehearsal, as its command sees it from start to end. */
class Rehearsal {
  readonly #options: RehearseOptions;
  readonly #began = performance.now();
  readonly #interrupted = new AbortController();
  readonly #forced = new AbortController();
  readonly #warnings: string[] = [];
  /** Where everything but a JSON document goes. */
  readonly #out: NodeJS.WriteStream;
  #state: RunState;
  /** When the first interrupt came, by the run's clock. */
  #asked = 0;
  #view: View | undefined;
  #log: View | undefined;
  #logs = "";
  #isDocumented = false;

  constructor(options: RehearseOptions) {
    this.#options = options;
    this.#out = options.json ? process.stderr : process.stdout;
    this.#state = initialState(options.environment);
    // The first one asks for an end in order, the next one for an end at once.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.#interrupt());
    // Ctrl-\ is an end at once, that leaves the terminal as it was all the same.
    process.on("SIGQUIT", () => {
      this.#interrupted.abort(interruption);
      this.#forced.abort();
    });
    // Whoever read the output is gone, or the terminal is: nobody waits for the rest.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => this.#interrupted.abort());
  }

  #interrupt(): void {
    if (!this.#interrupted.signal.aborted) {
      this.#asked = this.#now();
      this.#interrupted.abort(interruption);
    } else if (this.#now() - this.#asked > repeatMs) this.#forced.abort();
  }

  readonly #now = () => performance.now() - this.#began;

  readonly #onEvent: Emit = (event) => {
    this.#state = next(this.#state, event, this.#now());
    this.#log?.show(event, this.#state);
    this.#view?.show(event, this.#state);
    if (event.kind === "standing") this.#document(this.#state.failure === undefined, this.#logs);
  };

  /** Prints the document, once. */
  #document(ok: boolean, logs: string | null): void {
    if (!this.#options.json || this.#isDocumented) return;
    this.#isDocumented = true;
    const interrupted = this.#interrupted.signal.aborted;
    const document = documentOf(this.#state, { ok, interrupted, warnings: this.#warnings, logs, now: this.#now() });
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  #makeView(): View {
    const { environment, once, drills, quiet } = this.#options;
    const options = { out: this.#out, err: process.stderr, logs: () => this.#logs, now: this.#now };
    if (quiet) return quietView(options);
    if (!isTerminal(this.#out, process.env)) return plainView(options);
    return terminalView({
      ...options,
      environment,
      planned: phases.filter((phase) => (phase === "drill" ? drills.length > 0 : once || !lastPhases.has(phase))),
      style: { colour: !process.env["NO_COLOR"], unicode: isUnicode(process.env) },
    });
  }

  /** Says what does not refuse the environment. */
  #warn(lines: readonly string[]): void {
    this.#warnings.push(...lines);
    for (const line of lines) this.#out.write(`${line}\n`);
  }

  async #play(): Promise<number> {
    const { environment, quiet: _quiet, json: _json, ...rest } = this.#options;
    // Refused before a single tool is built.
    const plan = planOf(environment);
    checkFaults(rest.faults, plan);
    checkDrills(rest.drills, plan);
    this.#warn(plan.waived.map((notice) => `Waiver: ${notice}`));
    if (plan.findings.length > 0) this.#warn([formatFindings(environment, plan.findings)]);
    const system = await requireSystem(process.env);
    const view = this.#makeView();
    this.#view = view;
    try {
      const { phase } = tellerWith(this.#onEvent);
      const resolved = await phase("tools", () =>
        resolveTools(rehearsalTools, { progress: view.tools, signal: this.#interrupted.signal }),
      );
      const paths = Object.fromEntries(rehearsalTools.map((name) => [name, resolved[name].path]));
      return await this.#runIn(await makeRunFolder(), {
        environment,
        project: fileURLToPath(new URL("../..", import.meta.url)),
        stacks: resolve(stacksFolder()),
        tools: toolPathsSchema.parse(paths),
        kubernetesPlugin: findOfficialPlugin(),
        system,
        ...rest,
      });
    } finally {
      view.close();
    }
  }

  async #runIn(folder: string, { system, ...job }: Plot): Promise<number> {
    this.#logs = join(folder, "logs");
    const file = { write: (text: string) => writeLog(join(folder, "logs", "rehearsal.log"), text) };
    this.#log = plainView({ out: file, err: file, logs: () => this.#logs, now: this.#now });
    const code = await runInside({
      job: { ...job, folder },
      system,
      asRoot: process.getuid?.() === 0,
      signal: this.#interrupted.signal,
      force: this.#forced.signal,
      onEvent: this.#onEvent,
    }).catch((error: unknown) => {
      removeRunFolder(folder);
      throw error;
    });
    this.#view?.close();
    if (this.#state.failure === undefined) {
      removeRunFolder(folder);
      this.#document(code === 0, null);
    } else {
      const logs = keepLogs(folder);
      process.stderr.write(`The logs are kept in ${logs}.\n`);
      this.#document(false, logs);
    }
    return code;
  }

  async play(): Promise<number> {
    try {
      return await this.#play();
    } catch (error) {
      const isInterrupted = this.#interrupted.signal.aborted;
      if (!isInterrupted) this.#state = next(this.#state, failureOf(error), this.#now());
      this.#document(false, null);
      if (!isInterrupted) throw error;
      process.stderr.write(`${interruption.message}\n`);
      return interruptedCode;
    }
  }
}

/** Rehearses an environment. Resolves with the exit code. @throws UserError, RefusedError or ToolchainError when it cannot begin */
export const rehearse = (options: RehearseOptions): Promise<number> => new Rehearsal(options).play();
