import { createHash } from "node:crypto";
import { access, constants, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { reasonOf, ToolchainError } from "./error.ts";
import type { Env } from "./path.ts";
import { groups, toolsOf, type GroupName } from "./tools.ts";

/** The folder that holds `<group>/go.mod` and `<group>/go.sum`. */
const recipes = import.meta.dirname;

/** The folder of a group's go.mod and go.sum. */
export const recipeOf = (group: GroupName): string => join(recipes, group);

/** This machine in Go's words: `linux/amd64`. */
export function goPlatform(): { readonly os: string; readonly arch: string; readonly name: string } {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return { os: process.platform, arch, name: `${process.platform}/${arch}` };
}

/**
 * The user's home: `$HOME`, or where that is no absolute path, what the system's list of users says.
 * @throws ToolchainError when neither names one, as in a container that runs under any number
 */
export function homeFolder({ HOME: given }: Env): string {
  if (given !== undefined && isAbsolute(given)) return given;
  try {
    return userInfo().homedir;
  } catch {
    throw new ToolchainError(
      `HOME is ${given === undefined ? "not set" : `"${given}"`}, and the system knows no home of user ${process.getuid?.()}. ` +
        "Set HOME, or XDG_CACHE_HOME, to a folder of yours.",
    );
  }
}

/** `$XDG_CACHE_HOME/polymath`, or `~/.cache/polymath`; a relative XDG_CACHE_HOME is ignored, as the XDG specification asks. */
export function cacheFolder(env: Env): string {
  const { XDG_CACHE_HOME: given } = env;
  const base = given !== undefined && isAbsolute(given) ? given : join(homeFolder(env), ".cache");
  return join(base, "polymath");
}

/** The linker's flags of a group: no symbol tables, and the version where the tool cannot know it otherwise. */
export const linkerFlags = (stamps: Readonly<Record<string, string>>): string =>
  ["-s -w", ...Object.entries(stamps).map(([name, value]) => `-X ${name}=${value}`)].join(" ");

async function ingredients(name: GroupName): Promise<unknown[]> {
  const group = groups[name];
  const pins = async (recipe: GroupName) => [
    await readFile(join(recipeOf(recipe), "go.mod"), "utf8"),
    await readFile(join(recipeOf(recipe), "go.sum"), "utf8"),
  ];
  if (group.kind === "wheel") return [group.wheels[goPlatform().name] ?? goPlatform().name, group.member];
  if (group.kind === "module-files") return [...(await pins(group.pinnedBy)), group.module, group.folder];
  return [goPlatform().name, ...(await pins(name)), group.module, group.binaries, linkerFlags(group.stamps)];
}

/**
 * The folder in which a group is kept, named after a hash of what it is made from: go.mod, go.sum, packages, linker flags
 * and platform; or the wheel's checksum. The version of Go is left out on purpose: once built, a tool is found without
 * Go, and a newer Go rebuilds nothing.
 */
export async function groupFolder(name: GroupName, env: Env): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(await ingredients(name)));
  return join(cacheFolder(env), "tools", `${name}-${hash.digest("hex").slice(0, 16)}`);
}

/** The file by which processes agree on who makes a group. */
export const lockFile = (name: GroupName, env: Env): string => join(cacheFolder(env), "locks", `${name}.lock`);

/** Whether everything that the group makes lies in its folder. */
export async function isCached(name: GroupName, folder: string): Promise<boolean> {
  try {
    await Promise.all(toolsOf(name).map((tool) => access(join(folder, tool))));
    return true;
  } catch {
    return false;
  }
}

/** Why nothing can be made in a folder, or in the nearest one above that is there. Node's mkdir calls a read-only disk ENOENT. */
async function forbiddenAt(folder: string): Promise<unknown> {
  try {
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isAbsent && dirname(folder) !== folder ? forbiddenAt(dirname(folder)) : error;
  }
}

/**
 * Makes the cache's own folders.
 * @throws ToolchainError when they cannot be written.
 */
export async function prepareCache(env: Env): Promise<void> {
  const root = cacheFolder(env);
  try {
    await mkdir(join(root, "tools"), { recursive: true });
    await mkdir(join(root, "locks"), { recursive: true });
    await access(join(root, "tools"), constants.W_OK);
  } catch (error) {
    throw new ToolchainError(
      `The cache folder ${root} cannot be written: ${reasonOf((await forbiddenAt(root)) ?? error)}\nMend its owner and mode, or set XDG_CACHE_HOME to a folder of yours.`,
    );
  }
}

/**
 * Fills a new folder and puts it in place in one step, so that a folder of the cache is always complete. To be called
 * with the group's lock held: whatever half-made folder lies there then belongs to a process that was killed.
 */
export async function publish(name: GroupName, folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const shelf = dirname(folder);
  const leftover = new RegExp(`^${name}-[0-9a-f]{16}\\.draft-\\d+$`);
  for (const entry of await readdir(shelf)) {
    if (leftover.test(entry)) await rm(join(shelf, entry), { recursive: true, force: true });
  }
  const draft = `${folder}.draft-${process.pid}`;
  try {
    await mkdir(draft);
    await fill(draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
