import { readdirSync } from "node:fs";
import { accelerators } from "./accelerators.ts";
import { instances, instanceSource } from "./instances.ts";
import { licences } from "./licences.ts";
import { regulations } from "./regulations.ts";
import { custom } from "./runtimes/custom.ts";
import { nim1 } from "./runtimes/nim-1.ts";
import { nim2 } from "./runtimes/nim-2.ts";
import { sglang } from "./runtimes/sglang.ts";
import { triton } from "./runtimes/triton.ts";
import { vllm } from "./runtimes/vllm.ts";
import type { Bundle, Catalogue, KeptOut, Model, Provider, SpecialistRow } from "./types/index.ts";

interface RowModule {
  readonly model?: Model;
  readonly specialist?: SpecialistRow;
  readonly provider?: Provider;
  readonly bundle?: Bundle;
  readonly keptOut?: readonly KeptOut[];
}

/** Rows are found by their folder, so that adding a model is one file and one id in a bundle, and no list is forgotten. */
async function rowsIn(folder: string): Promise<readonly RowModule[]> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const files = readdirSync(url).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"));
  return Promise.all(files.sort().map((file): Promise<RowModule> => import(new URL(file, url).href)));
}

function byKey<Row>(
  what: string,
  rows: readonly (Row | undefined)[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, Row> {
  const map = new Map<string, Row>();
  for (const row of rows) {
    if (row === undefined) continue;
    if (map.has(keyOf(row)))
      throw new Error(`Two ${what} rows of the catalogue are called ${keyOf(row)}; give one another name.`);
    map.set(keyOf(row), row);
  }
  return map;
}

const [models, ownSpecialists, providers, bundles, keptOut] = await Promise.all(
  ["models", "specialists", "providers", "bundles", "kept-out"].map(rowsIn),
);
const idOf = ({ id }: { readonly id: string }) => id;
const specialists = [...(models ?? []), ...(ownSpecialists ?? [])].map(({ specialist }) => specialist);

/** The facts that Polymath ships. */
export const catalogue: Catalogue = {
  accelerators,
  instances,
  instanceSource,
  runtimes: { "nim-1": nim1, "nim-2": nim2, vllm, sglang, triton, custom },
  licences,
  regulations,
  models: byKey("model", models?.map(({ model }) => model) ?? [], idOf),
  specialists: byKey("specialist", specialists, ({ name }) => name),
  providers: byKey("provider", providers?.map(({ provider }) => provider) ?? [], idOf),
  bundles: byKey("bundle", bundles?.map(({ bundle }) => bundle) ?? [], idOf),
  keptOut: keptOut?.flatMap((module) => module.keptOut ?? []) ?? [],
};
