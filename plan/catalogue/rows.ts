import type {
  Accelerator,
  AcceleratorKind,
  Bundle,
  Catalogue,
  Controller,
  InstanceType,
  KeptOut,
  Licence,
  Model,
  Provider,
  Regulation,
  Runtime,
  Sourced,
  SpecialistRow,
} from "../../catalogue/types/index.ts";
import type { Fit } from "../sizing.ts";
import { fitsOn } from "./entries.ts";

/** A row of the catalogue, whatever its kind. */
type Row =
  | { readonly kind: "specialist"; readonly row: SpecialistRow }
  | { readonly kind: "model"; readonly row: Model }
  | { readonly kind: "bundle"; readonly row: Bundle }
  | { readonly kind: "provider"; readonly row: Provider }
  | { readonly kind: "runtime"; readonly row: Runtime }
  | { readonly kind: "controller"; readonly row: Controller }
  | { readonly kind: "licence"; readonly row: Licence }
  | { readonly kind: "regulation"; readonly row: Regulation }
  | { readonly kind: "accelerator"; readonly row: Accelerator }
  | { readonly kind: "instance type"; readonly row: InstanceType & Sourced }
  | { readonly kind: "kept out"; readonly row: KeptOut };

export const rowKinds = [
  "specialist",
  "model",
  "bundle",
  "provider",
  "runtime",
  "controller",
  "licence",
  "regulation",
  "accelerator",
  "instance type",
  "kept out",
] as const satisfies readonly Row["kind"][];

/** A row with the names that lead to it, and what depends on it. */
export type Found = Row & {
  /** Its id; of a bundle, its family names too. */
  readonly names: readonly [string, ...string[]];
  /** Ids of the rows that refer to it. */
  readonly usedBy: readonly string[];
};

const idsWith = <Row>(rows: Iterable<Row>, idOf: (row: Row) => string, has: (row: Row) => boolean): readonly string[] =>
  [...rows].flatMap((row) => (has(row) ? [idOf(row)] : []));

/** Every row of the catalogue. */
export function rowsOf(catalogue: Catalogue): readonly Found[] {
  const { models, specialists, bundles, providers, instances, instanceSource } = catalogue;
  const { sources, evidence, read } = instanceSource;
  const idOf = ({ id }: { readonly id: string }) => id;
  const nameOf = ({ name }: { readonly name: string }) => name;
  const licensed = [...models.values(), ...providers.values()];
  return [
    ...[...specialists.values()].map((row): Found => ({
      kind: "specialist",
      row,
      names: [row.name],
      usedBy: idsWith(bundles.values(), idOf, (one) => one.specialists.includes(row.name)),
    })),
    ...[...models.values()].map((row): Found => ({
      kind: "model",
      row,
      names: [row.id],
      usedBy: idsWith(specialists.values(), nameOf, ({ model }) => model === row.id),
    })),
    ...[...bundles.values()].map((row): Found => ({
      kind: "bundle",
      row,
      names: [row.id, ...row.aliases],
      usedBy: idsWith(bundles.values(), idOf, ({ variantOf }) => variantOf === row.id),
    })),
    ...[...providers.values()].map((row): Found => ({
      kind: "provider",
      row,
      names: [row.id],
      usedBy: idsWith(bundles.values(), idOf, (one) => one.providers.includes(row.id)),
    })),
    ...Object.values(catalogue.runtimes).map((row): Found => ({
      kind: "runtime",
      row,
      names: [row.id],
      usedBy: idsWith(models.values(), idOf, ({ runtime }) => runtime === row.id),
    })),
    ...Object.values(catalogue.controllers).map((row): Found => ({
      kind: "controller",
      row,
      names: [row.id],
      usedBy: [],
    })),
    ...Object.values(catalogue.licences).map((row): Found => ({
      kind: "licence",
      row,
      names: [row.id],
      usedBy: idsWith(licensed, idOf, ({ licences }) => licences.includes(row.id)),
    })),
    ...Object.values(catalogue.regulations).map((row): Found => ({
      kind: "regulation",
      row,
      names: [row.id],
      usedBy: idsWith(bundles.values(), idOf, ({ governance }) =>
        governance.regulations.some(({ regulation }) => regulation === row.id),
      ),
    })),
    ...Object.values(catalogue.accelerators).map((row): Found => ({
      kind: "accelerator",
      row,
      names: [row.kind],
      usedBy: idsWith(instances, nameOf, ({ accelerator }) => accelerator === row.kind),
    })),
    ...instances.map((row): Found => ({
      kind: "instance type",
      row: { ...row, sources, evidence, read },
      names: [row.name],
      usedBy: [],
    })),
    ...catalogue.keptOut.map((row): Found => ({ kind: "kept out", row, names: [row.id], usedBy: [] })),
  ];
}

/** The rows of a name, whatever their kind and the name's case; of a specialist, its model's row too. */
export function findRows(rows: readonly Found[], name: string): readonly Found[] {
  const lower = name.toLowerCase();
  const found = rows.filter(({ names }) => names.some((one) => one.toLowerCase() === lower));
  const models = new Set(found.flatMap((one) => (one.kind === "specialist" ? [one.row.model] : [])));
  return [...found, ...rows.filter((one) => one.kind === "model" && models.has(one.row.id) && !found.includes(one))];
}

/** How one replica sits on each GPU kind, where the row is one that is sized: as its specialist asks, or at the model's own limits. */
export function fitsOfRow(
  found: Found,
  catalogue: Catalogue,
): readonly (readonly [AcceleratorKind, Fit])[] | undefined {
  if (found.kind === "specialist") {
    const model = catalogue.models.get(found.row.model);
    return model && fitsOn(model, found.row, catalogue);
  }
  return found.kind === "model" && found.usedBy.length === 0 ? fitsOn(found.row, undefined, catalogue) : undefined;
}
