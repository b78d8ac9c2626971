import type { Catalogue } from "../../catalogue/types/index.ts";
import { nearestFew } from "../../config/nearest.ts";
import type { Entry, Filter } from "../../plan/catalogue/entries.ts";
import type { Found } from "../../plan/catalogue/rows.ts";
import { findBundle } from "../../plan/select.ts";
import { UserError } from "../common.ts";
import type { FilterName } from "./options.ts";

/** Asks whether the nearest known names were meant. @param otherwise said where none is near. */
function hint(name: string, known: readonly string[], otherwise: string): string {
  const near = nearestFew(name, known);
  return near.length > 0 ? `did you mean ${near.map((one) => `"${one}"`).join(" or ")}?` : otherwise;
}

/** The known value that was meant, whatever its case. @throws UserError with the nearest known ones. */
function oneOf(option: FilterName, value: string, known: readonly string[]): string {
  const lower = value.toLowerCase();
  const found = known.find((one) => one.toLowerCase() === lower);
  if (found === undefined)
    throw new UserError(
      `--${option}: the catalogue has no "${value}"; ${hint(value, known, `use one of: ${known.toSorted().join(", ")}`)}`,
    );
  return found;
}

/** The filters by the catalogue's own ids. @throws UserError for a value that the catalogue does not know. */
export function filterOf(
  given: Readonly<Record<FilterName, readonly string[]>>,
  entries: readonly Entry[],
  catalogue: Catalogue,
): Filter {
  const bundles = [...catalogue.bundles.values()];
  const of = (option: FilterName, known: readonly string[]) =>
    given[option].map((value) => oneOf(option, value, known));
  const families = of(
    "domain",
    bundles.flatMap(({ id, aliases }) => [id, ...aliases]),
  );
  return {
    domain: families.flatMap((name) => findBundle(catalogue, name)?.id ?? []),
    api: of("api", ["chat", "embeddings", "rerank", "rest"]),
    licence: of("licence", Object.keys(catalogue.licences)),
    gpu: of("gpu", Object.keys(catalogue.accelerators)),
    language: of("language", [...new Set(entries.flatMap(({ languages }) => languages))]),
  };
}

/** What is said of an id that no row has. */
export const unknownId = (id: string, rows: readonly Found[]): UserError =>
  new UserError(
    `The catalogue has no "${id}"; ${hint(
      id,
      rows.flatMap(({ names }) => names),
      "npm run catalogue lists what it has, npm run catalogue -- kept-out what was left out",
    )}`,
  );
