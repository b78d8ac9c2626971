import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { RefusedError } from "../config/finding.ts";

const lockSchema = z.strictObject({
  schema: z.literal(1),
  environment: z.string(),
  prices: z.strictObject({ region: z.string(), date: z.iso.date() }),
  pools: z.array(
    z.strictObject({
      name: z.string(),
      instanceType: z.string(),
      gpusPerReplica: z.int().positive(),
      nodes: z.int().positive(),
      /** Of one node; null prices never come into a lock. */
      usdPerHour: z.number().nonnegative(),
    }),
  ),
  specialists: z.record(
    z.string(),
    z.strictObject({
      model: z.string(),
      pool: z.string(),
      image: z.string(),
      /** `sha256:...`, or "unresolved" where no registry could be asked. */
      digest: z.string(),
      revision: z.string(),
    }),
  ),
});

/** The committed decisions of an environment: placement, versions, prices with their date. */
export type Lock = z.infer<typeof lockSchema>;

export const lockFile = (stacks: string, environment: string): string => join(stacks, "locks", `${environment}.json`);

/** The lock, or undefined where none was written yet. @throws RefusedError when the file is not a lock. */
export function readLock(stacks: string, environment: string): Lock | undefined {
  const file = lockFile(stacks, environment);
  if (!existsSync(file)) return undefined;
  const refuse = (faults: readonly { where: string; given: string }[]) =>
    new RefusedError(
      environment,
      faults.map(({ where, given }) => ({
        rule: "broken-lock",
        severity: "error",
        path: `locks/${environment}.json${where}`,
        given,
        allowed: "a lock as npm run lock writes it",
        fix: `restore the file from version control, or delete it and run: npm run lock -- ${environment}`,
      })),
    );
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw refuse([{ where: "", given: message.replace(/\s+/g, " ") }]);
  }
  const parsed = lockSchema.safeParse(content);
  if (!parsed.success) {
    const place = (path: readonly PropertyKey[]) =>
      path
        .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : "#"}${String(part)}`))
        .join("");
    throw refuse(parsed.error.issues.map(({ path, message }) => ({ where: place(path), given: message })));
  }
  return parsed.data;
}

/** Writes the lock whole or not at all. */
export function writeLock(stacks: string, lock: Lock): string {
  const file = lockFile(stacks, lock.environment);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(lock, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } finally {
    rmSync(`${file}.new`, { force: true });
  }
  return file;
}
