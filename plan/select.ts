import type { Bundle, Catalogue, Model, Runtime, SpecialistRow } from "../catalogue/types.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig, SpecialistOverride } from "../config/schema.ts";

/** A specialist that the environment has, with the stack file's values over the catalogue's. */
export interface Selected {
  /** Where the stack file asks for it. */
  readonly path: string;
  readonly row: SpecialistRow;
  readonly model: Model;
  readonly runtime: Runtime;
  readonly bundle: Bundle;
}

export interface Selection {
  readonly bundles: readonly Bundle[];
  readonly specialists: readonly Selected[];
  readonly findings: readonly Finding[];
}

const overlay = (row: SpecialistRow, override: SpecialistOverride | undefined): SpecialistRow => ({
  ...row,
  context: row.context === null ? null : (override?.context ?? row.context),
  concurrency: override?.concurrency ?? row.concurrency,
  replicas: override?.replicas?.min ?? row.replicas,
  revision: override?.revision ?? row.revision,
});

/** The bundle of a name or family name; case does not count in family names. */
function findBundle(catalogue: Catalogue, name: string): Bundle | undefined {
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
  const bundleNames = [...catalogue.bundles.values()].flatMap(({ id, aliases }) => [id, ...aliases]);

  const add = (path: string, row: SpecialistRow, bundle: Bundle, modelPath: string) => {
    const model = catalogue.models.get(row.model);
    if (!model) {
      const known = [...catalogue.models.keys()];
      findings.push(refusal("unknown-model", modelPath, `"${row.model}"`, known.join(", "), suggest(row.model, known)));
      return;
    }
    specialists.push({ path, row, model, runtime: catalogue.runtimes[model.runtime], bundle });
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
    for (const name of bundle.specialists) {
      const row = catalogue.specialists.get(name);
      if (!row) throw new Error(`Bundle ${bundle.id} of the catalogue names the specialist ${name}, which has no row.`);
      const at = overrides[name] === undefined ? path : `polymath:bundles[${index}].specialists.${name}`;
      needsContext(at, row, overrides[name]);
      add(at, overlay(row, overrides[name]), bundle, path);
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
    const base = [...catalogue.specialists.values()].find((row) => row.model === own.model);
    const row: SpecialistRow = base ?? {
      name,
      model: own.model,
      context: model?.maxContext ?? null,
      concurrency: 1,
      replicas: 1,
      revision: "unresolved",
    };
    if (model) needsContext(path, row, own);
    add(path, { ...overlay(row, own), name }, bundle, `${path}.model`);
  }
  return { bundles, specialists, findings };
}
