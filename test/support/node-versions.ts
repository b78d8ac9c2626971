import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../toolchain/cache.ts";

/** package.json and package-lock.json of the other versions of Node that a rehearsal is tested with. */
const recipe = join(import.meta.dirname, "..", "..", "toolchain", "node-versions");

/** The Node of another major version, installed once into the cache; npm checks it against the lockfile's checksum. */
export function nodeOf(major: 22 | 26): string {
  const lock = readFileSync(join(recipe, "package-lock.json"));
  const shelf = join(cacheFolder(process.env), "node-versions");
  const folder = join(shelf, createHash("sha256").update(lock).digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    const draft = `${folder}.draft-${process.pid}`;
    mkdirSync(draft, { recursive: true });
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(recipe, file), join(draft, file));
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-bin-links", "--include=optional"], {
      cwd: draft,
      stdio: "pipe",
    });
    // Whole or not at all, and another process may have been faster.
    if (existsSync(folder)) rmSync(draft, { recursive: true });
    else renameSync(draft, folder);
  }
  return join(folder, "node_modules", `node-${major}-linux-${process.arch}`, "bin", "node");
}
