import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { toolPath } from "./tools.ts";

const root = join(import.meta.dirname, "..", "..");

const standIn = join(root, "rehearsal", "kubernetes-plugin", "run");

/** Variables that name an executable `pulumi-resource-kubernetes` for the conformance suite. */
export type PluginVariable = "POLYMATH_KUBERNETES_PLUGIN" | "POLYMATH_OTHER_KUBERNETES_PLUGIN";

/**
 * The plugin that a variable names; undefined where it is not set.
 * @throws Error when the path is not an executable file.
 */
export function namedPlugin(variable: PluginVariable): string | undefined {
  const given = process.env[variable];
  if (given === undefined || given === "") return undefined;
  const path = resolve(given);
  try {
    accessSync(path, constants.X_OK);
    if (statSync(path).isFile()) return path;
  } catch {
    // Said below, as for a folder.
  }
  throw new Error(
    `${variable} is ${JSON.stringify(given)}, which is not an executable file. ` +
      `Set it to the path of a pulumi-resource-kubernetes, or unset it.`,
  );
}

/** The plugin that the conformance suite is about: POLYMATH_KUBERNETES_PLUGIN, else the stand-in. */
export const pluginUnderTest = (): string => namedPlugin("POLYMATH_KUBERNETES_PLUGIN") ?? standIn;

export interface Run {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface Program {
  readonly folder: string;
  /** Replaces the program: the body of an ES module, in which `k8s`, `pulumi` and the provider options are in reach. */
  readonly write: (body: string) => void;
  /** Runs `pulumi ARGS` for the stack. The signal sends SIGINT, as Ctrl-C does. */
  readonly pulumi: (args: readonly string[], interrupt?: AbortSignal) => Promise<Run>;
  /** From now on another executable is the Kubernetes plugin. */
  readonly usePlugin: (path: string) => void;
  /** The state file's text: secrets in it are ciphertext. */
  readonly stateFile: () => string;
  readonly stop: () => void;
}

const head = `import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
`;

/**
 * A program of its own for the real pulumi CLI: file backend, home and passphrase in a temporary folder, the Kubernetes
 * plugin on PATH, no download tried. The cluster is the default provider's, by KUBECONFIG.
 * @param more variables for every command, over the program's own.
 * @param plugin the plugin's executable. Default: the stand-in.
 */
export async function createProgram(
  kubeconfig: string,
  more: NodeJS.ProcessEnv = {},
  plugin: string = standIn,
): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-program-"));
  const within = (name: string) => join(folder, name);
  const [bin, home, state, code] = [within("bin"), within("home"), within("state"), within("program")];
  for (const path of [bin, home, state, code]) mkdirSync(path);
  for (const name of ["pulumi", "pulumi-language-nodejs"] as const) symlinkSync(await toolPath(name), join(bin, name));
  const usePlugin = (path: string) => {
    rmSync(join(bin, "pulumi-resource-kubernetes"), { force: true });
    symlinkSync(path, join(bin, "pulumi-resource-kubernetes"));
  };
  usePlugin(plugin);
  symlinkSync(join(root, "node_modules"), join(code, "node_modules"));
  const yaml = "name: test\nmain: main.js\nruntime: { name: nodejs, options: { typescript: false } }\n";
  writeFileSync(join(code, "Pulumi.yaml"), yaml);
  writeFileSync(
    join(code, "package.json"),
    `{ "name": "test", "private": true, "type": "module", "main": "main.js" }\n`,
  );
  writeFileSync(join(folder, "kubeconfig"), kubeconfig, { mode: 0o600 });
  const token = randomBytes(16).toString("hex");
  writeFileSync(join(folder, "token"), token, { mode: 0o600 });
  const env = {
    PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
    HOME: home,
    KUBECONFIG: join(folder, "kubeconfig"),
    POLYMATH_REHEARSAL_TOKEN: token,
    POLYMATH_REHEARSAL_TOKEN_FILE: join(folder, "token"),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    // Every command loads the same modules anew, in the program and in the stand-in.
    NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "test-programs"),
    ...more,
  };
  const pulumi = (args: readonly string[], interrupt?: AbortSignal): Promise<Run> =>
    new Promise((resolve, reject) => {
      const child = spawn(join(bin, "pulumi"), [...args, "--non-interactive", "--color=never"], {
        cwd: code,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (data: Buffer) => (output += data.toString()));
      child.stderr.on("data", (data: Buffer) => (output += data.toString()));
      interrupt?.addEventListener("abort", () => child.kill("SIGINT"));
      child.on("error", reject);
      child.on("close", (exitCode) => resolve({ code: exitCode, output }));
    });
  const created = await pulumi(["stack", "init", "test"]);
  if (created.code !== 0) throw new Error(`pulumi stack init failed:\n${created.output}`);
  return {
    folder: code,
    write: (body) => writeFileSync(join(code, "main.js"), head + body),
    pulumi,
    usePlugin,
    stateFile: () => readFileSync(join(state, ".pulumi", "stacks", "test", "test.json"), "utf8"),
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}
