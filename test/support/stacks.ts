import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with these stack files, by environment, and an empty folder for locks. It goes when the test is over. */
export function stacksWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "polymath-stacks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "locks"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `Pulumi.${name}.yaml`), text);
  return folder;
}

/** Writes the lock of an environment, as `npm run lock` does. */
export function lock(stacks: string, environment: string): void {
  const command = join(import.meta.dirname, "..", "..", "cli", "lock.ts");
  execFileSync(process.execPath, [command, environment], { env: { ...process.env, POLYMATH_STACKS: stacks } });
}
