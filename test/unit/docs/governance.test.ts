import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseEnvironment } from "../../../config/issues.ts";
import { isMap } from "../../../config/merge.ts";
import { dataClasses } from "../../../config/schema.ts";
import { annotations, labels } from "../../../plan/names.ts";

const text = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "governance.md"), "utf8");
const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);
const firstCells = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell);
const base = { cluster: { kind: "rehearsal" }, bundles: ["law"], routing: { host: "models.example.eu" } };

test("the page has examples", () => {
  expect(examples.length).toBe(3);
});

test.each(examples)("an example is a piece of a sound stack file:\n%s", (yaml) => {
  const keys: unknown = parse(yaml);
  if (!isMap(keys)) throw new Error("The example is no map of keys.");
  const written = Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [key.replace(/^polymath:/, ""), value] as const),
  );
  expect(parseEnvironment({ ...base, ...written }).findings).toEqual([]);
});

test("the page explains every data class, and every label and annotation of governance", () => {
  expect(firstCells.filter((cell) => dataClasses.some((one) => one === cell))).toEqual(dataClasses);
  const { humanReview, externalProviders } = labels;
  expect(firstCells).toEqual(
    expect.arrayContaining([humanReview, externalProviders, annotations.dataClasses, annotations.regulations]),
  );
});
