import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { accelerators } from "./accelerators.ts";
import { bodyBasedRouter } from "./controllers/body-based-router.ts";
import { devicePlugin } from "./controllers/device-plugin.ts";
import { envoyGateway } from "./controllers/envoy-gateway.ts";
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

const rowNames = ["model", "specialist", "provider", "bundle", "keptOut"] as const satisfies (keyof RowModule)[];

async function rowsOf(file: URL): Promise<RowModule> {
  const rows: RowModule = await import(file.href);
  if (!rowNames.some((name) => name in rows))
    throw new Error(
      `${fileURLToPath(file)} exports no row. Allowed: ${rowNames.join(", ")}. Give its export one of these names.`,
    );
  return rows;
}

/** Rows are found by their folder, so that adding a model is one file and one id in a bundle, and no list is forgotten. */
function rowsIn(folder: string): Promise<readonly RowModule[]> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const files = readdirSync(url).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"));
  return Promise.all(files.sort().map((file) => rowsOf(new URL(file, url))));
}

const folders = ["models", "specialists", "providers", "bundles", "kept-out"];
const modules = (await Promise.all(folders.map(rowsIn))).flat();

function byKey<Row>(
  what: string,
  rowIn: (module: RowModule) => Row | undefined,
  keyOf: (row: Row) => string,
): ReadonlyMap<string, Row> {
  const map = new Map<string, Row>();
  for (const row of modules.map(rowIn)) {
    if (row === undefined) continue;
    if (map.has(keyOf(row)))
      throw new Error(`Two ${what} rows of the catalogue are called ${keyOf(row)}; give one another name.`);
    map.set(keyOf(row), row);
  }
  return map;
}

const idOf = ({ id }: { readonly id: string }) => id;

/** The facts that Polymath ships. */
export const catalogue: Catalogue = {
  accelerators,
  instances,
  instanceSource,
  runtimes: { "nim-1": nim1, "nim-2": nim2, vllm, sglang, triton, custom },
  controllers: { "body-based-router": bodyBasedRouter, "device-plugin": devicePlugin, "envoy-gateway": envoyGateway },
  licences,
  regulations,
  models: byKey("model", ({ model }) => model, idOf),
  specialists: byKey(
    "specialist",
    ({ specialist }) => specialist,
    ({ name }) => name,
  ),
  providers: byKey("provider", ({ provider }) => provider, idOf),
  bundles: byKey("bundle", ({ bundle }) => bundle, idOf),
  keptOut: modules.flatMap(({ keptOut }) => keptOut ?? []),
};
