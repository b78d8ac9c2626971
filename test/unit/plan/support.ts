import { catalogue as whole } from "../../../catalogue/index.ts";
import type { Bundle, Catalogue, InstanceType, Model } from "../../../catalogue/types/index.ts";
import { parseEnvironment } from "../../../config/issues.ts";
import type { Environment } from "../../../config/load.ts";
import type { Lock } from "../../../plan/lock.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { select, type Selected } from "../../../plan/select.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import type { Plan } from "../../../plan/types.ts";

/** Specialists of each bundle of the small catalogue. */
const members: Readonly<Record<string, readonly string[]>> = {
  biology: ["diffdock", "boltz2", "proteinmpnn"],
  finance: ["fin-r1"],
  general: ["nemotron-3-nano-30b-a3b", "llama-nemotron-embed-1b-v2", "llama-3-2-1b-instruct"],
  law: ["saul-7b-instruct"],
  medicine: ["medgemma-1-5-4b-it"],
};

function row<Row>(rows: ReadonlyMap<string, Row>, key: string): Row {
  const found = rows.get(key);
  if (!found) throw new Error(`The catalogue has no row ${key}.`);
  return found;
}

const names = Object.values(members).flat();

/** Nine rows of the catalogue in five bundles: what a test says of them stays true when others come. */
export const catalogue: Catalogue = {
  ...whole,
  models: new Map(names.map((name) => [name, row(whole.models, name)])),
  specialists: new Map(names.map((name) => [name, row(whole.specialists, name)])),
  providers: new Map(),
  bundles: new Map(
    Object.entries(members).map(([id, specialists]): readonly [string, Bundle] => [
      id,
      { ...row(whole.bundles, id), specialists, providers: [] },
    ]),
  ),
};

type Keys = Readonly<Record<string, unknown>>;

/** The day on which the tests plan. */
export const today = "2026-11-23";

/** Keys of an environment without a fault: a rehearsal of every bundle of the small catalogue, with authentication. */
export const sound: Keys = {
  cluster: { kind: "rehearsal" },
  bundles: ["finance", "law", "medicine", "biology", "general"],
  routing: { host: "models.example.eu", auth: { apiKey: { clients: ["demo"] } } },
  governance: {
    acceptLicences: ["hai-def", "llama-3.2-community", "nvidia-ai-product-agreement", "nvidia-open-model"],
  },
};

/** An environment of these keys over the sound ones. */
export function environmentOf(keys: Keys = {}, name = "test"): Environment {
  const { config, findings } = parseEnvironment({ ...sound, ...keys });
  return { name, config, ...(findings.length > 0 && { faults: findings }) };
}

/** The lock that the solver writes for an environment. */
export const lockOf = (environment: Environment, old?: Lock): Lock => solveLock(environment, catalogue, old).lock;

/** The plan of an environment with a lock of its own. */
export const planOf = (keys: Keys = {}, name = "test", lock = lockOf(environmentOf(keys, name))): Plan =>
  makePlan({ environment: environmentOf(keys, name), catalogue, lock, today });

/** A model of the catalogue, changed. @throws Error when there is none of that id. */
export function modelWith(id: string, changes: Partial<Model> = {}): Model {
  const model = catalogue.models.get(id);
  if (!model) throw new Error(`The catalogue has no model ${id}.`);
  return { ...model, ...changes };
}

/** A bundle of the catalogue. @throws Error when there is none of that id. */
export function bundleOf(id: string): Bundle {
  const bundle = catalogue.bundles.get(id);
  if (!bundle) throw new Error(`The catalogue has no bundle ${id}.`);
  return bundle;
}

/** An instance type of the catalogue. @throws Error when there is none of that name. */
export function instanceType(name: string): InstanceType {
  const type = catalogue.instances.find((one) => one.name === name);
  if (!type) throw new Error(`The catalogue has no instance type ${name}.`);
  return type;
}

/** A selected specialist of these keys. @throws Error when they select none of that name. */
export function selectedOf(name: string, keys: Keys = {}): Selected {
  const found = select(environmentOf(keys).config, catalogue).specialists.find(({ row }) => row.name === name);
  if (!found) throw new Error(`Nothing selects ${name}.`);
  return found;
}
