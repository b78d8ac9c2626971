import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stringify } from "yaml";
import type { Edges } from "../components/edges.ts";
import { readStackFile } from "../config/load.ts";
import { policySettings, slotRegistry } from "../plan/registries.ts";
import { endingOf, reasonsIn } from "./engine-words.ts";
import { RehearsalError } from "./error.ts";
import type { Job } from "./job.ts";

export interface EngineRun {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; null for any other end. */
  readonly signal: NodeJS.Signals | null;
  /** Both streams as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface Engine {
  /** Of an update, for `pulumi`. */
  readonly upArguments: readonly string[];
  /** Runs `pulumi ARGS` on the environment's stack. Aborting the signal interrupts it as Ctrl-C does. */
  readonly pulumi: (
    args: readonly string[],
    signal?: AbortSignal,
    onOutput?: (text: string) => void,
  ) => Promise<EngineRun>;
  /** Values of the secrets, which the rehearsal made up. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What a pulumi that is started by hand needs to be this one. */
  readonly byHand: { readonly folder: string; readonly env: Readonly<Record<string, string>> };
}

/** Encrypted values are never decrypted in a rehearsal: each becomes a word. */
export function withoutSecure(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecure);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return "rehearsal";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecure(inner)]));
}

/** The stack file of the rehearsal: the environment's own keys, secrets left out. */
export function rehearsalStackFile(config: Readonly<Record<string, unknown>>): string {
  const { "polymath:secrets": _secrets, ...rest } = config;
  return stringify({ config: withoutSecure(rest) });
}

/** What an engine needs to know of a job. */
type EngineJob = Pick<Job, "environment" | "project" | "stacks" | "folder" | "tools" | "kubernetesPlugin">;

/** How long an interrupted engine may take until it has ended, in milliseconds. */
const interruptMs = 20_000;

const standIn = fileURLToPath(new URL("./kubernetes-plugin/run", import.meta.url));
const policyPack = fileURLToPath(new URL("../policy/run", import.meta.url));

/** Variables that shorten a rehearsal, where the end of the engine is the end of all that it made. Not for a cluster that stays. */
export const shortcuts = (folder: string): Readonly<Record<string, string>> => ({
  // The whole state, written before and after each resource, costs time that grows with the square of their number. Here nobody
  // outlives the engine who would need it earlier than at its end; an interrupted engine writes it too.
  PULUMI_SKIP_CHECKPOINTS: "true",
  // The program, the plugin and the policy pack start several times in a run; the compiled SDK saves each a third of its start.
  NODE_COMPILE_CACHE: join(folder, "engine", "compiled"),
  // V8 lets short-lived objects pile up to three times this many MiB; less of them saves 150 MiB over all programs and no time.
  NODE_OPTIONS: "--max-semi-space-size=4",
});

/**
 * A Pulumi of the rehearsal's own: state, home, passphrase and plugins in the run's folder, the project's program through links, so
 * that neither the user's stack files nor their state or credentials are ever written or read.
 * @param registries where images may come from.
 * @param extra variables over those.
 */
export async function prepareEngine(
  job: EngineJob,
  edges: Edges,
  secretKeys: readonly string[],
  registries: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Engine> {
  const { folder, project, environment, tools } = job;
  const at = (...parts: string[]) => join(folder, "engine", ...parts);
  for (const part of ["bin", "home", "state", "project/stacks", "tmp"]) mkdirSync(at(part), { recursive: true });

  for (const name of ["pulumi", "pulumi-language-nodejs"] as const) symlinkSync(tools[name], at("bin", name));
  symlinkSync(process.execPath, at("bin", "node"));
  symlinkSync(job.kubernetesPlugin ?? standIn, at("bin", "pulumi-resource-kubernetes"));
  for (const entry of ["Pulumi.yaml", "package.json", "main.js", "node_modules"])
    symlinkSync(join(project, entry), at("project", entry));
  writeFileSync(
    at("project", "stacks", `Pulumi.${environment}.yaml`),
    rehearsalStackFile(readStackFile(job.stacks, environment)),
  );
  const edgesFile = at("edges.json");
  writeFileSync(edgesFile, JSON.stringify(edges), { mode: 0o600 });
  const token = randomBytes(16).toString("hex");
  const tokenFile = at("token");
  writeFileSync(tokenFile, token, { mode: 0o600 });

  // Nothing of the user's environment but how text is shown: no credentials, no state, no proxies.
  const env = {
    PATH: [at("bin"), dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: at("home"),
    TMPDIR: at("tmp"),
    LANG: process.env["LANG"] ?? "C.UTF-8",
    PULUMI_HOME: at("home"),
    PULUMI_BACKEND_URL: pathToFileURL(at("state")).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...extra,
    POLYMATH_REHEARSAL: edgesFile,
    POLYMATH_STACKS: job.stacks,
    POLYMATH_REHEARSAL_TOKEN: token,
    POLYMATH_REHEARSAL_TOKEN_FILE: tokenFile,
  };
  const log = join(folder, "logs", "pulumi.log");
  const pulumi: Engine["pulumi"] = (args, signal, onOutput) =>
    new Promise((resolve, reject) => {
      const child = spawn(tools.pulumi, [...args, "--non-interactive", "--color=never"], {
        cwd: at("project"),
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      let stdout = "";
      const keep = (text: string) => {
        output += text;
        appendFileSync(log, text);
      };
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        keep(text);
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", keep);
      child.on("error", reject);
      let patience: NodeJS.Timeout | undefined;
      const interrupt = () => {
        child.kill("SIGINT");
        patience = setTimeout(() => child.kill("SIGKILL"), interruptMs);
      };
      signal?.addEventListener("abort", interrupt, { once: true });
      child.on("close", (code, ended) => {
        signal?.removeEventListener("abort", interrupt);
        clearTimeout(patience);
        resolve({ code, signal: ended, output, stdout });
      });
    });

  const secrets = Object.fromEntries(
    secretKeys.map((key) => [key, `rehearsal-${key}-${randomBytes(6).toString("hex")}`]),
  );
  await must(pulumi, ["stack", "init", environment]);
  if (secretKeys.length > 0) {
    const values = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `polymath:secrets.${key}=${value}`]);
    await must(pulumi, ["config", "set-all", "--path", "--stack", environment, ...values]);
  }
  const settings = at("policy.json");
  writeFileSync(settings, JSON.stringify(policySettings([...registries, slotRegistry])));
  return {
    upArguments: upArguments(settings),
    pulumi: (args, signal, onOutput) => pulumi([...args, "--stack", environment], signal, onOutput),
    secrets,
    byHand: { folder: at("project"), env },
  };
}

/** Runs a command of the engine. @throws RehearsalError with its reasons unless it succeeds. */
export async function must(pulumi: Engine["pulumi"], args: readonly string[]): Promise<EngineRun> {
  const run = await pulumi(args);
  if (run.code !== 0)
    throw new RehearsalError(
      `pulumi ${args.slice(0, 2).join(" ")} ended (${endingOf(run)}):\n${reasonsIn(run.output)}`,
    );
  return run;
}

/** Arguments of an update that the policy pack watches, as the environment sets it. A failed specialist does not stop the others. */
const upArguments = (settings: string) =>
  ["up", "--yes", "--continue-on-error", "--policy-pack", policyPack, "--policy-pack-config", settings] as const;
