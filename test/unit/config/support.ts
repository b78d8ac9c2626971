import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { RefusedError, type Finding } from "../../../config/finding.ts";

/** A folder with these stack files, and an empty folder for locks. It goes when the test is over. */
export function stacksWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "polymath-stacks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "locks"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `Pulumi.${name}.yaml`), text);
  return folder;
}

/** The refusal that something ends in. @throws Error when it does not. */
export function refusal(attempt: () => unknown): RefusedError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

/** The findings of a refusal. */
export const refusedWith = (attempt: () => unknown): readonly Finding[] => refusal(attempt).findings;

/** An error finding, in the order in which it is printed. */
export const error = (rule: string, path: string, given: string, allowed: string, fix: string): Finding => ({
  rule,
  severity: "error",
  path,
  given,
  allowed,
  fix,
});
