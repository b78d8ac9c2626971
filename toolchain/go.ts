import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { goPlatform, homeFolder, recipeOf } from "./cache.ts";
import { reasonOf, ToolchainError } from "./error.ts";
import { compareVersions, executablesOnPath, type Env } from "./path.ts";
import { runGroup } from "./run.ts";
import { groupNames, groups, type GroupName } from "./tools.ts";

const run = promisify(execFile);

/**
 * Settings that say where modules come from and where go keeps what it makes. They are the user's, be they variables or set by
 * `go env -w`: go.sum tells what a module is, wherever it comes from.
 */
const userSettings = [
  "GOTOOLCHAIN",
  "GOCACHE",
  "GOMODCACHE",
  "GOPATH",
  "GOTMPDIR",
  "GOPROXY",
  "GOPRIVATE",
  "GONOPROXY",
  "GOSUMDB",
  "GONOSUMDB",
  "GOINSECURE",
  "GOAUTH",
  "GOVCS",
] as const;

/** The user's Go. */
export interface Go {
  readonly path: string;
  /** `major.minor.patch`. */
  readonly version: string;
  /** The setting GOTOOLCHAIN: unless it is `local`, Go 1.21 and later fetch a newer Go by themselves where one is needed. */
  readonly toolchain: string;
  /** GOCACHE: the folder of what go has compiled. */
  readonly buildCache: string;
  /** GOMODCACHE: the folder of what go has fetched. */
  readonly moduleCache: string;
  /** The user's settings that reach a build, those that are empty left out. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The version of Go that the go.mod files need: the highest of their go directives. */
export async function neededGo(): Promise<string> {
  const names = groupNames.filter((name) => groups[name].kind === "go");
  const files = await Promise.all(names.map((name) => readFile(join(recipeOf(name), "go.mod"), "utf8")));
  const directives = files.map((text) => /^go (\d+\.\d+(?:\.\d+)?)$/m.exec(text)?.[1] ?? "0");
  return directives.reduce((highest, next) => (compareVersions(next, highest) > 0 ? next : highest));
}

/** How to get a Go of at least the version. */
const getGo = (needed: string): string =>
  `Get Go ${needed} or later: https://go.dev/doc/install (a distribution's package, such as "sudo apt-get install golang", may be older).`;

/**
 * The Go on PATH, if it can build the tools.
 * @throws ToolchainError when there is none, or it is too old, or it does not run
 */
export async function requireGo(env: Env): Promise<Go> {
  const needed = await neededGo();
  const [path] = await executablesOnPath("go", env);
  if (path === undefined) throw new ToolchainError(`Go was not found on PATH. ${getGo(needed)}`);
  // In the root folder: a go.mod or go.work where the command runs must not choose another Go.
  const answer = await run(path, ["env", "GOVERSION", ...userSettings], {
    cwd: "/",
    env: { ...env, HOME: homeFolder(env), GOWORK: "off" },
    timeout: 30_000,
  }).catch((error: unknown) => {
    throw new ToolchainError(`${path} does not run: ${reasonOf(error)}\n${getGo(needed)}`);
  });
  const [first = "", ...values] = answer.stdout.split("\n");
  const [toolchain = "", buildCache = "", moduleCache = ""] = values;
  const version = /^go(\d+\.\d+(?:\.\d+)?)/.exec(first)?.[1];
  if (version === undefined)
    throw new ToolchainError(`${path} names no version of Go, only "${first}". ${getGo(needed)}`);
  const fetchesNewer = toolchain !== "local" && compareVersions(version, "1.21.0") >= 0;
  if (compareVersions(version, needed) < 0 && !fetchesNewer) {
    throw new ToolchainError(`${path} is Go ${version}; the tools need Go ${needed} or later. ${getGo(needed)}`);
  }
  const settings = userSettings.flatMap((name, index) => (values[index] ? [[name, values[index]] as const] : []));
  return { path, version, toolchain, buildCache, moduleCache, settings: Object.fromEntries(settings) };
}

/**
 * What is built must follow from the row and its go.mod alone, not from the user's settings for other builds: the cache's key has nothing
 * else in it. The levels of the processors are the lowest, so that a cache that several machines share holds tools that run on each.
 */
const buildSettings = {
  // What `go env -w` has set, except for what was asked for above.
  GOENV: "off",
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly",
  GOWORK: "off",
  // "off" would not read the go.mod at all.
  GO111MODULE: "on",
  GOAMD64: "v1",
  GOARM64: "v8.0",
  // Experiments change the compiler and the standard library.
  GOEXPERIMENT: "",
  GOFIPS140: "off",
};

interface GoRun {
  readonly group: GroupName;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Called for each line that go writes to its standard error. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs go in the folder of a group and returns its standard output. An abort ends go and all that it started; so does the end of this
 * process.
 * @throws ToolchainError with the end of what go said, when it fails; the signal's reason when aborted
 */
export async function runGo(go: Go, args: readonly string[], { group, env, ...options }: GoRun): Promise<string> {
  const { os, arch } = goPlatform();
  const cwd = recipeOf(group);
  const settings = { ...go.settings, ...buildSettings, GOOS: os, GOARCH: arch };
  const run = await runGroup(go.path, args, { cwd, env: { ...env, HOME: homeFolder(env), ...settings }, ...options });
  if (run.failure === undefined) return run.stdout;
  throw new ToolchainError(
    `${["go", ...args].join(" ")}\nin ${cwd} ended with ${run.failure}:\n${run.tail.join("\n")}\n` +
      "What is already compiled is kept: the same command goes on from there. npm run doctor shows what this machine lacks.",
  );
}
