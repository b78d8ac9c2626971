import { spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Readable } from "node:stream";
import { passedOn } from "../toolchain/environment.ts";
import { eventsDescriptor, parseEvent, type Emit, type RehearsalEvent } from "./events.ts";
import type { Job } from "./job.ts";
import { tailOf } from "./processes.ts";
import { writeRun } from "./runs.ts";
import { dnsAddresses } from "./stage.ts";

export interface RunOptions {
  readonly job: Job;
  /** Paths of unshare and ip. */
  readonly system: { readonly unshare: string; readonly ip: string };
  /** Root needs no user namespace. */
  readonly asRoot: boolean;
  /** Ends the inside in order; what has not ended soon is killed. */
  readonly signal: AbortSignal;
  /** Kills the inside. */
  readonly force: AbortSignal;
  readonly onEvent: Emit;
}

/** Command that makes the namespaces and enters them; its arguments end where the inner command begins. */
export const namespaceCommand = ({
  job,
  system,
  asRoot,
}: Pick<RunOptions, "system" | "asRoot"> & { readonly job: Pick<Job, "folder"> }): readonly [string, ...string[]] => [
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
  passedOn(["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR"], process.env);

/** How long an end in order may take, in milliseconds; it takes a second or two. */
const graceMs = 15_000;

/** What shells report for a command that Ctrl-C ended. */
export const interruptedCode = 130;

/** The event of a line; undefined for the line that a killed inside did not finish. */
function eventIn(line: string): RehearsalEvent | undefined {
  try {
    return parseEvent(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Runs the inside of a rehearsal in namespaces of its own and waits for its end. The inside ends when this process does: its standard
 * input closes; and when it ends, so does everything in its namespaces. An end that the inside did not speak of is told as a failure.
 */
export async function runInside(options: RunOptions): Promise<number> {
  const { job, signal, force, onEvent } = options;
  const jobFile = join(job.folder, "job.json");
  writeFileSync(jobFile, JSON.stringify(job));
  writeFileSync(join(job.folder, "resolv.conf"), `nameserver ${dnsAddresses[0]}\n`);
  const [command, ...entering] = namespaceCommand(options);
  const args = [...entering, process.execPath, fileURLToPath(new URL("./inside.ts", import.meta.url)), jobFile];
  const logFile = join(job.folder, "logs", "inside.log");
  const log = openSync(logFile, "a");
  // A session of its own: Ctrl-C comes to this process alone, which then ends the inside in order.
  const child = spawn(command, args, {
    stdio: ["pipe", log, log, "pipe"],
    detached: true,
    env: innerEnvironment(),
  });
  closeSync(log);
  // The kernel then kills the first process inside, and with it every other.
  const kill = () => child.kill("SIGKILL");
  let patience: NodeJS.Timeout | undefined;
  const end = () => {
    child.stdin?.end();
    patience = setTimeout(kill, graceMs);
  };
  force.addEventListener("abort", kill, { once: true });
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();

  let failed = false;
  let started = false;
  const events = child.stdio[eventsDescriptor];
  if (!(events instanceof Readable)) throw new Error("the inside has no pipe for its events");
  const take = (line: string) => {
    if (!started && child.pid !== undefined) writeRun(job, child.pid);
    started = true;
    const event = eventIn(line);
    if (event === undefined) return;
    failed ||= event.kind === "failure";
    onEvent(event);
  };
  let broken: unknown;
  createInterface({ input: events }).on("line", (line) => {
    try {
      take(line);
    } catch (error) {
      broken ??= error;
      end();
    }
  });
  const [code, ended] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve, reject) =>
    child.once("close", (code, ended) => resolve([code, ended])).once("error", reject),
  );
  signal.removeEventListener("abort", end);
  force.removeEventListener("abort", kill);
  clearTimeout(patience);
  if (broken !== undefined) throw broken;
  if (code !== 0 && !failed && !signal.aborted) {
    const how = ended === null ? `with exit code ${code}` : `by ${ended}`;
    // What the inside and the makers of its namespaces printed: nothing, unless something is broken.
    const message =
      `Its namespaces ended ${how}: what runs inside was killed, or could not start.\n${tailOf(logFile)}`.trim();
    onEvent({ kind: "failure", message, problems: [] });
  }
  return code ?? (signal.aborted ? interruptedCode : 1);
}
