import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildGoGroup, copyModuleFiles, type MakeContext } from "./build.ts";
import { cacheFolder, groupFolder, isCached, lockFile, prepareCache, publish } from "./cache.ts";
import { fullDiskNote } from "./disk.ts";
import { reasonOf, ToolchainError } from "./error.ts";
import { requireGo } from "./go.ts";
import { withLock, type LockHolder } from "./lock.ts";
import { askVersion, compareVersions, executablesOnPath, isExecutable, type Env } from "./path.ts";
import { duration, type Progress } from "./progress.ts";
import { groups, tools, toolsOf, type GroupName, type ToolName } from "./tools.ts";
import { fetchWheel } from "./wheel.ts";

/** A tool that is ready. */
export interface ResolvedTool {
  readonly name: ToolName;
  /** Absolute path of the executable; of the folder, where the tool is a folder of files (gateway-crds). */
  readonly path: string;
  /** `major.minor.patch`. */
  readonly version: string;
  /** "built" says that this call made it; a download counts as made. */
  readonly from: "PATH" | "cache" | "built";
}

/** Where a tool is now; nothing is made. */
export interface ToolPlace {
  readonly name: ToolName;
  /** Absent when the tool has yet to be made. */
  readonly found?: ResolvedTool;
  /** Executables of this name on PATH that do not serve; the version is absent when they do not tell it. */
  readonly unfit: readonly { readonly path: string; readonly version?: string }[];
}

/** Looks for the pinned tool of a platform's own package: beside the tool it belongs to, or beside the file that a link to it names. */
async function findBeside(name: ToolName, other: ResolvedTool | undefined): Promise<ResolvedTool | undefined> {
  if (other?.from !== "PATH") return undefined;
  for (const neighbour of [other.path, await realpath(other.path)]) {
    const path = join(dirname(neighbour), name);
    if (await isExecutable(path)) return { name, path, version: other.version, from: "PATH" };
  }
  return undefined;
}

async function findOnPath(name: ToolName, env: Env): Promise<ToolPlace> {
  const { ask, path: rule } = tools[name];
  if (rule.kind === "beside") {
    const found = await findBeside(name, (await findOnPath(rule.tool, env)).found);
    return { name, ...(found && { found }), unfit: [] };
  }
  const unfit: { path: string; version?: string }[] = [];
  if (rule.kind === "never" || ask === undefined) return { name, unfit };
  for (const path of await executablesOnPath(name, env)) {
    const version = await askVersion(path, ask, env).catch(() => undefined);
    if (version === undefined) unfit.push({ path });
    else if (compareVersions(version, rule.from) < 0 || compareVersions(version, rule.below) >= 0)
      unfit.push({ path, version });
    else return { name, found: { name, path, version, from: "PATH" }, unfit };
  }
  return { name, unfit };
}

/** Finds a tool on PATH, else in the cache. */
export async function locateTool(name: ToolName, env: Env = process.env): Promise<ToolPlace> {
  const onPath = await findOnPath(name, env);
  if (onPath.found !== undefined) return onPath;
  const { group } = tools[name];
  const folder = await groupFolder(group, env);
  if (!(await isCached(group, folder))) return onPath;
  return { ...onPath, found: { name, path: join(folder, name), version: groups[group].version, from: "cache" } };
}

/** A group in words: `language-nodejs 3.68.0 (pulumi-language-nodejs)`. */
function titleOf(name: GroupName): string {
  const made = toolsOf(name).join(", ");
  return `${name} ${groups[name].version}${made === name ? "" : ` (${made})`}`;
}

async function fill(name: GroupName, draft: string, context: MakeContext): Promise<void> {
  const group = groups[name];
  switch (group.kind) {
    case "go":
      await buildGoGroup(name, group, draft, context);
      break;
    case "module-files":
      await copyModuleFiles(group, draft, context);
      break;
    case "wheel":
      await fetchWheel(group, draft, context);
      break;
  }
  for (const tool of toolsOf(name)) {
    const { ask } = tools[tool];
    if (ask === undefined) continue;
    const found = await askVersion(join(draft, tool), ask, context.env).catch((error: unknown) => {
      throw new ToolchainError(
        `${tool} ${group.version} was made, but does not run on this machine: ${reasonOf(error)}`,
      );
    });
    if (found !== group.version) {
      throw new ToolchainError(
        `${tool} was made as version ${found}, not ${group.version}: toolchain/tools.ts and its go.mod differ.`,
      );
    }
  }
}

/** Makes a group, unless another process does so first. */
async function makeGroup(name: GroupName, step: string, context: MakeContext): Promise<ResolvedTool["from"]> {
  const { env, signal, progress } = context;
  const folder = await groupFolder(name, env);
  const options = {
    env,
    signal,
    onWaiting: (holder: LockHolder | undefined) => {
      const who = holder === undefined ? "another process" : `process ${holder.pid}, at work since ${holder.since}`;
      progress(`Waiting for ${titleOf(name)}: it is being made by ${who}.`, "update");
    },
    onStale: ({ pid, since }: LockHolder) =>
      progress(`Process ${pid} began to make ${titleOf(name)} at ${since} and did not finish; starting over.`, "note"),
  };
  return withLock(lockFile(name, env), options, async () => {
    if (await isCached(name, folder)) return "cache";
    const group = groups[name];
    const cost = group.kind === "go" ? `; about ${group.minutes} min on 2 cores` : "";
    progress(`Making ${titleOf(name)}, ${step}${cost}`, "note");
    const start = performance.now();
    await publish(name, folder, (draft) => fill(name, draft, context)).catch(async (error: unknown) => {
      const note = await fullDiskNote(reasonOf(error), env, [name], await requireGo(env).catch(() => undefined));
      if (note === "") throw error;
      throw new ToolchainError(`${titleOf(name)} could not be made in ${folder}: ${reasonOf(error)}${note}`);
    });
    progress(`Made ${titleOf(name)} in ${duration(performance.now() - start)}`, "note");
    return "built";
  });
}

/** Does the work with a signal that Ctrl-C and a polite kill abort too, so that nothing half-made stays behind. */
async function interruptible<T>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  const onSignal = (kind: NodeJS.Signals) =>
    interrupt.abort(
      new ToolchainError(`Interrupted by ${kind}. Nothing half-made was kept; the same command goes on from here.`),
    );
  const kinds = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const kind of kinds) process.on(kind, onSignal);
  try {
    return await work(signal === undefined ? interrupt.signal : AbortSignal.any([signal, interrupt.signal]));
  } finally {
    for (const kind of kinds) process.off(kind, onSignal);
  }
}

/** Options of {@link resolveTools}. */
export interface ResolveOptions {
  readonly progress: Progress;
  /** @default process.env */
  readonly env?: Env;
  /** Aborting ends what is being made; SIGINT, SIGTERM and SIGHUP do so too for as long as something is made. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the tools ready: from PATH if the version fits, else from the cache, else made now, one group after the other.
 * @throws ToolchainError saying what is missing and what to do; the signal's reason when aborted
 */
export async function resolveTools<const N extends ToolName>(
  names: readonly N[],
  { progress, env = process.env, signal }: ResolveOptions,
): Promise<Record<N, ResolvedTool>> {
  const places = await Promise.all(names.map((name) => locateTool(name, env)));
  const missing = places.filter(({ found }) => found === undefined).map(({ name }) => tools[name].group);
  const toMake = [...new Set(missing)];
  const made = new Map<GroupName, ResolvedTool["from"]>();
  if (toMake.length > 0) {
    await prepareCache(env);
    progress(
      `${toMake.length} of the tools' groups have to be made once: ${toMake.join(", ")}. They are kept in ${cacheFolder(env)}.`,
      "note",
    );
    await interruptible(signal, async (either) => {
      for (const [index, group] of toMake.entries()) {
        const step = `${index + 1} of ${toMake.length}`;
        made.set(group, await makeGroup(group, step, { env, signal: either, progress }));
      }
    });
  }
  const ready = places.map(async ({ name, found }): Promise<[ToolName, ResolvedTool]> => {
    if (found !== undefined) return [name, found];
    const { group } = tools[name];
    const path = join(await groupFolder(group, env), name);
    return [name, { name, path, version: groups[group].version, from: made.get(group) ?? "cache" }];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the keys; they are the given names
  return Object.fromEntries(await Promise.all(ready)) as Record<N, ResolvedTool>;
}
