import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import type { VersionQuestion } from "./tools.ts";

export type Env = Readonly<Record<string, string | undefined>>;

const run = promisify(execFile);

/** Whether the path is a file that this user may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Every executable of the name on PATH, in PATH's order. Relative entries of PATH are ignored. */
export async function executablesOnPath(name: string, env: Env): Promise<string[]> {
  const folders = new Set((env.PATH ?? "").split(":").filter(isAbsolute));
  const found: string[] = [];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) found.push(path);
  }
  return found;
}

/** A tool of the operating system: on PATH, else where distributions keep it (`ip` often lies outside a user's PATH). */
export async function systemTool(name: string, env: Env): Promise<string | undefined> {
  const PATH = `${env.PATH ?? ""}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  return (await executablesOnPath(name, { PATH }))[0];
}

/**
 * Asks an executable for its version: `major.minor.patch`.
 * @throws Error when it does not run, does not answer within ten seconds, or names no version.
 */
export async function askVersion(path: string, ask: VersionQuestion, env: Env): Promise<string> {
  const { stdout } = await run(path, ask.args, {
    // pulumi would otherwise ask its home for a newer release, and note the answer in the user's folder.
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 10_000,
  });
  const version = ask.pattern.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${path} ${ask.args.join(" ")} names no version`);
  return version;
}

const numbersOf = (version: string): number[] => version.split(".").map(Number);

/** Compares two versions of the form `major.minor.patch`: negative when the first is the older one. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbersOf(one), numbersOf(other)];
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
