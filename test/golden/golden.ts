import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

const update = "UPDATE_GOLDEN=1 npm exec -- vitest run --project golden";
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

/**
 * Compares a text with a golden file, which is there to be read in review: its diff is what a change does to a cluster.
 * @param longest lines that it may have: what is longer is not read in a review.
 *
 * To write the files anew, run `UPDATE_GOLDEN=1 npm exec -- vitest run --project golden`, and read `git diff test/golden`.
 */
export function expectGolden(folder: string, file: string, text: string, longest = 120): void {
  const path = join(import.meta.dirname, folder, file);
  if (isUpdate) writeFileSync(path, text);
  const golden = existsSync(path) ? readFileSync(path, "utf8") : "";
  expect(text, `test/golden/${folder}/${file} says otherwise. If this is what you want, run: ${update}`).toBe(golden);
  expect(text.split("\n").length, `lines of test/golden/${folder}/${file}`).toBeLessThanOrEqual(longest);
}
