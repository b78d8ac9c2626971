import { chmod, copyFile, mkdir, readdir, rename } from "node:fs/promises";
import { join, posix, relative } from "node:path";
import { z } from "zod";
import { linkerFlags } from "./cache.ts";
import { ToolchainError } from "./error.ts";
import { requireGo, runGo } from "./go.ts";
import type { Env } from "./path.ts";
import { duration, reporting, type Progress } from "./progress.ts";
import type { GoGroup, GroupName, ModuleFilesGroup } from "./tools.ts";

/** What making a group needs besides its row. */
export interface MakeContext {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

const wordsOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** The packages of a group's binaries, by the binary's name. */
export const packagesOf = ({ module, binaries }: GoGroup): [string, string][] =>
  Object.entries(binaries).map(([binary, path]) => [binary, posix.join(module, path)]);

/** The name that `go build` gives a package's binary: its last path element that is no major version. */
function builtName(path: string): string {
  const elements = path.split("/");
  return elements.findLast((element) => !/^v\d+$/.test(element)) ?? path;
}

/**
 * Builds a group's binaries into the draft folder.
 *
 * "How far" counts packages: `go list -deps` names all, `go build -v` names each when its compilation starts. What Go's
 * own cache holds already is not named, so the total is an upper bound.
 * @throws ToolchainError when Go is missing or fails
 */
export async function buildGoGroup(
  name: GroupName,
  group: GoGroup,
  draft: string,
  context: MakeContext,
): Promise<void> {
  const { env, signal, progress } = context;
  const go = await requireGo(env);
  const title = `Building ${name} ${group.version}`;
  const packages = packagesOf(group).map(([, path]) => path);
  let fetched = 0;
  const onLine = (line: string) => {
    if (line.startsWith("go: downloading ")) fetched += 1;
  };
  const all = await reporting(
    progress,
    (elapsed) => `${title}: ${fetched} Go modules fetched, ${duration(elapsed)}`,
    async () => new Set(wordsOf(await runGo(go, ["list", "-deps", ...packages], { group: name, env, signal, onLine }))),
  );
  const compiled = new Set<string>();
  const step = () => {
    const count = `compiled ${compiled.size} of at most ${all.size} packages`;
    return packages.every((path) => compiled.has(path)) ? `${count}, linking` : count;
  };
  const flags = ["-trimpath", "-buildvcs=false", "-v", "-ldflags", linkerFlags(group.stamps)];
  await reporting(
    progress,
    (elapsed) => `${title}: ${step()}, ${duration(elapsed)}`,
    () =>
      runGo(go, ["build", ...flags, "-o", `${draft}/`, ...packages], {
        group: name,
        env,
        signal,
        onLine: (line) => {
          if (all.has(line)) compiled.add(line);
        },
      }),
  );
  for (const [binary, path] of packagesOf(group)) {
    if (builtName(path) !== binary) await rename(join(draft, builtName(path)), join(draft, binary));
  }
}

const DownloadedModule = z.object({ Dir: z.string() });

/**
 * Copies a folder of a Go module into the draft folder; Go checks the module against go.sum.
 * @throws ToolchainError when Go is missing or fails
 */
export async function copyModuleFiles(group: ModuleFilesGroup, draft: string, context: MakeContext): Promise<void> {
  const { env, signal } = context;
  const go = await requireGo(env);
  const answer = await runGo(go, ["mod", "download", "-json", group.module], { group: group.pinnedBy, env, signal });
  const source = join(DownloadedModule.parse(JSON.parse(answer)).Dir, group.folder);
  const target = join(draft, group.name);
  await mkdir(target);
  const entries = await readdir(source, { recursive: true, withFileTypes: true }).catch(() => []);
  if (entries.length === 0)
    throw new ToolchainError(`${group.module} ${group.version} has no files in ${group.folder}.`);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const copy = join(target, relative(source, path));
    if (entry.isDirectory()) {
      await mkdir(copy, { recursive: true });
      continue;
    }
    await mkdir(join(copy, ".."), { recursive: true });
    await copyFile(path, copy);
    // Go's module cache is read-only, and copies keep the mode: the owner could not remove them.
    await chmod(copy, 0o644);
  }
}
