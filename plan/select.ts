import { pullCredential } from "../catalogue/credentials.ts";
import type {
  Bundle,
  Catalogue,
  CredentialId,
  Model,
  Provider,
  Runtime,
  SpecialistRow,
} from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig, SpecialistOverride } from "../config/schema.ts";
import { fixedImage } from "./image.ts";
import { withOwnModels } from "./own-models.ts";

/** A specialist that the environment has, with the stack file's values over the catalogue's. */
export interface Selected {
  /** Where the stack file asks for it. */
  readonly path: string;
  /** Where the stack file says its values, or would. */
  readonly keys: string;
  readonly row: SpecialistRow;
  readonly model: Model;
  readonly runtime: Runtime;
  readonly bundle: Bundle;
  /** What fills its slot; null: it has none, or nothing fills it. */
  readonly source: string | null;
}

/** An external provider that the environment routes to. */
export interface SelectedProvider {
  /** Where the stack file asks for it. */
  readonly path: string;
  readonly provider: Provider;
  readonly bundle: Bundle;
}

export interface Selection {
  /** The catalogue that it was selected from: the kit's, with the models of the stack's own that have no fault. */
  readonly catalogue: Catalogue;
  readonly bundles: readonly Bundle[];
  readonly specialists: readonly Selected[];
  readonly providers: readonly SelectedProvider[];
  readonly findings: readonly Finding[];
}

/** Turns what the stack file names into rows of the kit's catalogue, or models of its own. */
export function select(config: EnvironmentConfig, kit: Catalogue): Selection {
  const { catalogue, findings: modelFindings } = withOwnModels(config, kit);
  const findings: Finding[] = [...modelFindings];
  const bundles: Bundle[] = [];
  const specialists: Selected[] = [];
  const providers: SelectedProvider[] = [];

  for (const [index, entry] of config.bundles.entries()) {
    const asked = askedBy(entry, index);
    const bundle = findBundle(catalogue, asked.name);
    if (!bundle || bundles.includes(bundle)) {
      findings.push(bundle ? duplicateBundle(asked, bundle) : unknownBundle(asked, catalogue));
      continue;
    }
    bundles.push(bundle);
    findings.push(...unknownMembers(asked, bundle));
    const isWanted = (name: string) => asked.only?.includes(name) ?? true;
    for (const name of bundle.specialists) {
      const override = asked.overrides[name];
      const keys = `${asked.entry}.specialists.${name}`;
      // A variant shares it with the bundle that it is a variant of: deployed once, where it was named first.
      const first = specialists.find((one) => one.row.name === name && areRelated(one.bundle, bundle));
      if (!isWanted(name) || first) {
        if (override) findings.push(unusedOverride(keys, name, first));
        continue;
      }
      const row = catalogue.specialists.get(name);
      if (!row) throw missingRow(`Bundle ${bundle.id}`, "specialist", name);
      const model = catalogue.models.get(row.model);
      if (!model) throw missingRow(`Specialist ${name}`, "model", row.model);
      const path = override ? keys : asked.path;
      findings.push(...contextOfNone(path, row, override));
      specialists.push(selected({ path, keys, row, model, bundle }, override, catalogue, config));
    }
    for (const id of bundle.providers.filter(isWanted)) {
      const provider = catalogue.providers.get(id);
      if (!provider) throw missingRow(`Bundle ${bundle.id}`, "provider", id);
      if (!providers.some((one) => one.provider === provider)) providers.push({ path: asked.path, provider, bundle });
    }
  }

  for (const [name, own] of Object.entries(config.specialists)) {
    const path = `polymath:specialists.${name}`;
    const bundle = findBundle(catalogue, own.bundle);
    const model = catalogue.models.get(own.model);
    if (!bundle || !bundles.includes(bundle)) {
      findings.push(noHome(path, own.bundle, bundle, bundles, catalogue));
      continue;
    }
    if (!model) {
      findings.push(unknownModel(`${path}.model`, own.model, catalogue));
      continue;
    }
    const row = ownRow(name, model, catalogue);
    findings.push(...contextOfNone(path, row, own));
    specialists.push(selected({ path, keys: path, row, model, bundle }, own, catalogue, config));
  }
  return { catalogue, bundles, specialists, providers, findings };
}

/** The bundle of a name or family name; case does not count in family names. */
export function findBundle(catalogue: Catalogue, name: string): Bundle | undefined {
  const lower = name.toLowerCase();
  return (
    catalogue.bundles.get(name) ??
    [...catalogue.bundles.values()].find(({ aliases }) => aliases.some((alias) => alias.toLowerCase() === lower))
  );
}

const namesOfBundles = ({ bundles }: Catalogue) => [...bundles.values()].flatMap(({ id, aliases }) => [id, ...aliases]);

const areRelated = (a: Bundle, b: Bundle) =>
  a.variantOf === b.id || b.variantOf === a.id || (a.variantOf !== null && a.variantOf === b.variantOf);

/** A row of the catalogue that names one which is not there: a fault of the catalogue, which its tests find. */
const missingRow = (who: string, kind: string, name: string) =>
  new Error(`${who} of the catalogue names the ${kind} ${name}, which has no row.`);

/** One entry of `polymath:bundles`. */
interface Asked {
  /** Path of the entry, and of the bundle's name in it. */
  readonly entry: string;
  readonly path: string;
  readonly name: string;
  /** Undefined: everything in the bundle. */
  readonly only: readonly string[] | undefined;
  readonly overrides: Readonly<Record<string, SpecialistOverride>>;
}

function askedBy(entry: EnvironmentConfig["bundles"][number], index: number): Asked {
  const at = `polymath:bundles[${index}]`;
  if (typeof entry === "string") return { entry: at, path: at, name: entry, only: undefined, overrides: {} };
  const { name, only, specialists = {} } = entry;
  return { entry: at, path: `${at}.name`, name, only, overrides: specialists };
}

function unknownBundle({ path, name }: Asked, catalogue: Catalogue): Finding {
  const hit = nearest(name, namesOfBundles(catalogue));
  const fix = hit === undefined ? "name a bundle of the catalogue" : `did you mean "${hit}"?`;
  return refusal("unknown-bundle", path, `"${name}"`, [...catalogue.bundles.keys()].join(", "), fix);
}

function duplicateBundle({ path, name }: Asked, { id }: Bundle): Finding {
  const given = `"${name}", which selects ${id} again`;
  return refusal("duplicate-bundle", path, given, "each bundle once", "remove one of the two");
}

/** Names in an entry that the bundle does not have. */
function unknownMembers(
  { entry, only = [], overrides }: Asked,
  { specialists, providers }: Bundle,
): readonly Finding[] {
  const unknown = (path: string, name: string, known: readonly string[]) =>
    known.includes(name)
      ? []
      : [refusal("unknown-specialist", path, `"${name}"`, known.join(", ") || "none", suggest(name, known))];
  return [
    ...only.flatMap((name, place) => unknown(`${entry}.only[${place}]`, name, [...specialists, ...providers])),
    ...Object.keys(overrides).flatMap((name) => unknown(`${entry}.specialists.${name}`, name, specialists)),
  ];
}

/** Values that would count nowhere. @param first the specialist of that name that is deployed. */
const unusedOverride = (keys: string, name: string, first: Selected | undefined): Finding =>
  first
    ? refusal(
        "override-not-used",
        keys,
        `values for ${name}, which is deployed once, where ${first.bundle.id} has it`,
        `values at ${first.keys}`,
        "move them there",
      )
    : refusal(
        "override-not-used",
        keys,
        `values for ${name}, which "only" leaves out`,
        'values for specialists that "only" names',
        `add ${name} to "only", or remove the key`,
      );

function contextOfNone(path: string, row: SpecialistRow, override: SpecialistOverride | undefined): readonly Finding[] {
  if (row.context !== null || override?.context === undefined) return [];
  const allowed = "nothing: the model has no context";
  return [refusal("no-context", `${path}.context`, String(override.context), allowed, "remove the key")];
}

/** What is said of a specialist of the stack's own whose bundle is unknown, or known and not selected. */
function noHome(
  path: string,
  name: string,
  bundle: Bundle | undefined,
  selectedBundles: readonly Bundle[],
  catalogue: Catalogue,
): Finding {
  const allowed = selectedBundles.map(({ id }) => id).join(", ") || "none: no bundle is selected";
  const fix = bundle ? `add ${bundle.id} to polymath:bundles` : suggest(name, namesOfBundles(catalogue));
  return refusal(bundle ? "bundle-not-selected" : "unknown-bundle", `${path}.bundle`, `"${name}"`, allowed, fix);
}

function unknownModel(path: string, name: string, { models }: Catalogue): Finding {
  const known = [...models.keys()];
  const hit = nearest(name, known);
  const fix =
    hit === undefined ? "name one of them, or describe your own in polymath:models" : `did you mean "${hit}"?`;
  return refusal("unknown-model", path, `"${name}"`, known.join(", "), fix);
}

/** What a specialist of the stack's own is before its values: the model's own specialist, or the model at its limits. */
function ownRow(name: string, { id, maxContext, runtime }: Model, catalogue: Catalogue): SpecialistRow {
  const { loads, title } = catalogue.runtimes[runtime];
  // A slot belongs to the specialist of the catalogue, not to everything else on its model: but no model brings a model repository.
  const base = [...catalogue.specialists.values()].find((row) => row.model === id && row.name === id);
  if (base) return { ...base, name };
  return {
    name,
    model: id,
    context: maxContext,
    concurrency: 1,
    replicas: 1,
    revision: "unresolved",
    adapters: [],
    settings: null,
    slot: loads === "model-repository" ? { kind: loads, what: `a model repository, which ${title} serves` } : null,
  };
}

function selected(
  asked: Pick<Selected, "path" | "keys" | "row" | "model" | "bundle">,
  override: SpecialistOverride | undefined,
  { runtimes }: Catalogue,
  { secrets }: Pick<EnvironmentConfig, "secrets">,
): Selected {
  const source = override?.source ?? null;
  const row = overlay(asked.row, override);
  const filled = withSource(asked.model, asked.row, source);
  const hasToken =
    Object.hasOwn(secrets, token) && [source, ...row.adapters.map((one) => one.source)].some(isHuggingFace);
  const model = hasToken ? { ...filled, credentials: [...new Set([...filled.credentials, token])] } : filled;
  return { ...asked, row, model, runtime: runtimes[model.runtime], source };
}

/** Where a stack has it, it goes with what the stack brings from Hugging Face, which may be private. */
const token: CredentialId = "hugging-face";

const isHuggingFace = (source: string | null) => source?.startsWith("hf://") ?? false;

const overlay = (row: SpecialistRow, override: SpecialistOverride | undefined): SpecialistRow => ({
  ...row,
  context: row.context === null ? null : (override?.context ?? row.context),
  concurrency: override?.concurrency ?? row.concurrency,
  replicas: override?.replicas?.min ?? row.replicas,
  revision: override?.revision ?? row.revision,
  adapters: override?.adapters ?? row.adapters,
  settings: override?.settings ?? row.settings,
});

/** The model as it runs once the slot is filled: other weights, or another image. */
function withSource(model: Model, { slot }: SpecialistRow, source: string | null): Model {
  if (slot === null || source === null) return model;
  if (slot.kind === "weights") return { ...model, huggingFace: source.replace(/^hf:\/\//, "") };
  const image = slot.kind === "image" ? fixedImage(source) : undefined;
  if (!image) return model;
  const pull = pullCredential(image.repository);
  const credentials = [...new Set([...model.credentials, ...(pull === null ? [] : [pull])])];
  return { ...model, image, imagePullCredential: pull, credentials };
}
