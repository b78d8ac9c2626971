import type { Bundle, Catalogue, Model, Provider, Runtime, SpecialistRow } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig, SpecialistOverride } from "../config/schema.ts";
import { imageOf } from "./own-models.ts";

/** A specialist that the environment has, with the stack file's values over the catalogue's. */
export interface Selected {
  /** Where the stack file asks for it. */
  readonly path: string;
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
  readonly bundles: readonly Bundle[];
  readonly specialists: readonly Selected[];
  readonly providers: readonly SelectedProvider[];
  readonly findings: readonly Finding[];
}

const overlay = (row: SpecialistRow, override: SpecialistOverride | undefined): SpecialistRow => ({
  ...row,
  context: row.context === null ? null : (override?.context ?? row.context),
  concurrency: override?.concurrency ?? row.concurrency,
  replicas: override?.replicas?.min ?? row.replicas,
  revision: override?.revision ?? row.revision,
  adapters: override?.adapters ?? row.adapters,
  settings: override?.settings ?? row.settings,
});

const areRelated = (a: Bundle, b: Bundle) =>
  a.variantOf === b.id || b.variantOf === a.id || (a.variantOf !== null && a.variantOf === b.variantOf);

/** The model as it runs once the slot is filled: other weights, or another image. */
function withSource(model: Model, { slot }: SpecialistRow, source: string | null): Model {
  if (slot === null || source === null) return model;
  if (slot.kind === "weights") return { ...model, huggingFace: source.replace(/^hf:\/\//, "") };
  const image = slot.kind === "image" ? imageOf(source) : undefined;
  return image ? { ...model, image } : model;
}

/** The bundle of a name or family name; case does not count in family names. */
export function findBundle(catalogue: Catalogue, name: string): Bundle | undefined {
  const lower = name.toLowerCase();
  return (
    catalogue.bundles.get(name) ??
    [...catalogue.bundles.values()].find(({ aliases }) => aliases.some((alias) => alias.toLowerCase() === lower))
  );
}

/** Turns what the stack file names into rows of the catalogue. */
export function select(config: EnvironmentConfig, catalogue: Catalogue): Selection {
  const findings: Finding[] = [];
  const bundles: Bundle[] = [];
  const specialists: Selected[] = [];
  const providers: SelectedProvider[] = [];
  const bundleNames = [...catalogue.bundles.values()].flatMap(({ id, aliases }) => [id, ...aliases]);

  const add = (
    path: string,
    row: SpecialistRow,
    bundle: Bundle,
    modelPath: string,
    override: SpecialistOverride | undefined,
  ) => {
    const model = catalogue.models.get(row.model);
    if (!model) {
      const known = [...catalogue.models.keys()];
      findings.push(refusal("unknown-model", modelPath, `"${row.model}"`, known.join(", "), suggest(row.model, known)));
      return;
    }
    const source = override?.source ?? null;
    specialists.push({
      path,
      row,
      model: withSource(model, row, source),
      runtime: catalogue.runtimes[model.runtime],
      bundle,
      source,
    });
  };
  const needsContext = (path: string, row: SpecialistRow, override: SpecialistOverride | undefined) => {
    if (row.context !== null || override?.context === undefined) return;
    const allowed = "nothing: the model has no context";
    findings.push(refusal("no-context", `${path}.context`, String(override.context), allowed, "remove the key"));
  };

  for (const [index, entry] of config.bundles.entries()) {
    const named = typeof entry === "string" ? { name: entry, specialists: undefined } : entry;
    const path = typeof entry === "string" ? `polymath:bundles[${index}]` : `polymath:bundles[${index}].name`;
    const bundle = findBundle(catalogue, named.name);
    if (!bundle) {
      const hit = nearest(named.name, bundleNames);
      const fix = hit === undefined ? "name a bundle of the catalogue" : `did you mean "${hit}"?`;
      findings.push(refusal("unknown-bundle", path, `"${named.name}"`, [...catalogue.bundles.keys()].join(", "), fix));
      continue;
    }
    if (bundles.includes(bundle)) {
      findings.push(
        refusal(
          "duplicate-bundle",
          path,
          `"${named.name}", which selects ${bundle.id} again`,
          "each bundle once",
          "remove one of the two",
        ),
      );
      continue;
    }
    bundles.push(bundle);
    const overrides = named.specialists ?? {};
    const members = [...bundle.specialists, ...bundle.providers];
    const wanted = named.only ?? members;
    for (const [place, name] of (named.only ?? []).entries()) {
      if (members.includes(name)) continue;
      const at = `polymath:bundles[${index}].only[${place}]`;
      const known = members;
      findings.push(refusal("unknown-specialist", at, `"${name}"`, known.join(", "), suggest(name, known)));
    }
    for (const name of Object.keys(overrides)) {
      if (bundle.specialists.includes(name)) continue;
      const at = `polymath:bundles[${index}].specialists.${name}`;
      findings.push(
        refusal(
          "unknown-specialist",
          at,
          `"${name}"`,
          bundle.specialists.join(", "),
          suggest(name, bundle.specialists),
        ),
      );
    }
    for (const name of bundle.specialists.filter((one) => wanted.includes(one))) {
      // A variant shares it with the bundle that it is a variant of: deployed once, where it was named first.
      if (specialists.some((one) => one.row.name === name && areRelated(one.bundle, bundle))) continue;
      const row = catalogue.specialists.get(name);
      if (!row) throw new Error(`Bundle ${bundle.id} of the catalogue names the specialist ${name}, which has no row.`);
      const at = overrides[name] === undefined ? path : `polymath:bundles[${index}].specialists.${name}`;
      needsContext(at, row, overrides[name]);
      add(at, overlay(row, overrides[name]), bundle, path, overrides[name]);
    }
    for (const id of bundle.providers.filter((one) => wanted.includes(one))) {
      const provider = catalogue.providers.get(id);
      if (!provider)
        throw new Error(`Bundle ${bundle.id} of the catalogue names the provider ${id}, which has no row.`);
      if (!providers.some((one) => one.provider === provider)) providers.push({ path, provider, bundle });
    }
  }

  for (const [name, own] of Object.entries(config.specialists)) {
    const path = `polymath:specialists.${name}`;
    const bundle = findBundle(catalogue, own.bundle);
    if (!bundle || !bundles.includes(bundle)) {
      const at = `${path}.bundle`;
      const allowed = bundles.map(({ id }) => id).join(", ") || "none: no bundle is selected";
      const fix = bundle ? `add ${bundle.id} to polymath:bundles` : suggest(own.bundle, bundleNames);
      findings.push(refusal(bundle ? "bundle-not-selected" : "unknown-bundle", at, `"${own.bundle}"`, allowed, fix));
      continue;
    }
    const model = catalogue.models.get(own.model);
    // A slot belongs to the specialist of the catalogue, not to everything else on its model.
    const base = [...catalogue.specialists.values()].find((row) => row.model === own.model && row.name === own.model);
    const row: SpecialistRow = base ?? {
      name,
      model: own.model,
      context: model?.maxContext ?? null,
      concurrency: 1,
      replicas: 1,
      revision: "unresolved",
      adapters: [],
      settings: null,
      slot: null,
    };
    if (model) needsContext(path, row, own);
    add(path, { ...overlay(row, own), name }, bundle, `${path}.model`, own);
  }
  return { bundles, specialists, providers, findings };
}
