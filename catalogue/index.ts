import { readdirSync } from "node:fs";
import { accelerators } from "./accelerators.ts";
import { instances, instanceSource } from "./instances.ts";
import { licences } from "./licences.ts";
import { nim } from "./runtimes/nim.ts";
import { vllm } from "./runtimes/vllm.ts";
import type { Bundle, Catalogue, Model, SpecialistRow } from "./types.ts";

interface RowModule {
  readonly model?: Model;
  readonly specialist?: SpecialistRow;
  readonly bundle?: Bundle;
}

/** Rows are found by their folder, so that adding a model is one file and one id in a bundle, and no list is forgotten. */
async function rowsIn(folder: string): Promise<readonly RowModule[]> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const files = readdirSync(url).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"));
  return Promise.all(files.sort().map((file): Promise<RowModule> => import(new URL(file, url).href)));
}

function byKey<Row>(what: string, rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, Row> {
  const map = new Map<string, Row>();
  for (const row of rows) {
    if (map.has(keyOf(row)))
      throw new Error(`Two ${what} rows of the catalogue are called ${keyOf(row)}; give one another name.`);
    map.set(keyOf(row), row);
  }
  return map;
}

const modelModules = await rowsIn("models");
const bundleModules = await rowsIn("bundles");
const present = <Row>(rows: readonly (Row | undefined)[]): readonly Row[] =>
  rows.filter((row): row is Row => row !== undefined);

/** The facts that Polymath ships. */
export const catalogue: Catalogue = {
  accelerators,
  instances,
  instanceSource,
  runtimes: { nim, vllm },
  licences,
  models: byKey("model", present(modelModules.map(({ model }) => model)), ({ id }) => id),
  specialists: byKey("specialist", present(modelModules.map(({ specialist }) => specialist)), ({ name }) => name),
  bundles: byKey("bundle", present(bundleModules.map(({ bundle }) => bundle)), ({ id }) => id),
};
