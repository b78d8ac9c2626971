import { credentials } from "../../catalogue/credentials.ts";
import type { Catalogue, Sourced } from "../../catalogue/types/index.ts";
import type { Lock } from "../lock.ts";
import type { Selection } from "../select.ts";

/** Facts that were read longer ago than this many days want to be read again. */
export const freshDays = 90;

/** A row whose facts were read long ago. */
export interface StaleRow {
  readonly kind: string;
  readonly id: string;
  /** ISO 8601 day; empty where the row does not say. */
  readonly read: string;
  /** Days since then; null where the row does not say. */
  readonly days: number | null;
  /** Whether the environment rests on it. */
  readonly used: boolean;
}

type Dated = readonly [kind: string, id: string, row: Pick<Sourced, "read">];

const datedRows = (catalogue: Catalogue): readonly Dated[] => [
  ...[...catalogue.models.values()].map((row): Dated => ["model", row.id, row]),
  ...[...catalogue.providers.values()].map((row): Dated => ["provider", row.id, row]),
  ...[...catalogue.bundles.values()].map((row): Dated => ["bundle", row.id, row]),
  ...Object.values(catalogue.runtimes).map((row): Dated => ["runtime", row.id, row]),
  ...Object.values(catalogue.controllers).map((row): Dated => ["controller", row.id, row]),
  ...Object.values(catalogue.licences).map((row): Dated => ["licence", row.id, row]),
  ...Object.values(catalogue.regulations).map((row): Dated => ["regulation", row.id, row]),
  ...Object.values(catalogue.accelerators).map((row): Dated => ["accelerator", row.kind, row]),
  ...Object.entries(credentials).map(([id, row]): Dated => ["credential", id, row]),
  ...catalogue.keptOut.map((row): Dated => ["kept out", row.id, row]),
  ["instance types", catalogue.instanceSource.region, catalogue.instanceSource],
];

/** Rows that an environment rests on, as `kind id`. Accelerators are those of the lock's pools. */
function usedBy(
  { specialists, providers, bundles }: Selection,
  catalogue: Catalogue,
  lock: Lock | undefined,
): ReadonlySet<string> {
  const types = new Set(lock?.pools.map(({ instanceType }) => instanceType));
  return new Set([
    `instance types ${catalogue.instanceSource.region}`,
    ...Object.keys(catalogue.controllers).map((id) => `controller ${id}`),
    ...specialists.flatMap(({ model, runtime }) => [
      `model ${model.id}`,
      `runtime ${runtime.id}`,
      ...model.licences.map((id) => `licence ${id}`),
      ...model.credentials.map((id) => `credential ${id}`),
    ]),
    ...providers.flatMap(({ provider }) => [
      `provider ${provider.id}`,
      ...provider.licences.map((id) => `licence ${id}`),
      `credential ${provider.credential}`,
    ]),
    ...bundles.flatMap(({ id, governance }) => [
      `bundle ${id}`,
      ...governance.regulations.map(({ regulation }) => `regulation ${regulation}`),
    ]),
    ...catalogue.instances.flatMap((type) => (types.has(type.name) ? [`accelerator ${type.accelerator}`] : [])),
  ]);
}

const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);

/**
 * Rows whose facts were read more than `freshDays` before a day, the oldest first; those that do not say when come before them.
 * @param today ISO 8601 day.
 */
export function staleRows(
  selection: Selection,
  catalogue: Catalogue,
  lock: Lock | undefined,
  today: string,
): readonly StaleRow[] {
  const used = usedBy(selection, catalogue, lock);
  return datedRows(catalogue)
    .map(([kind, id, { read }]): StaleRow => {
      const days = read === "" ? null : daysBetween(read, today);
      return { kind, id, read, days, used: used.has(`${kind} ${id}`) };
    })
    .filter(({ days }) => days === null || days > freshDays)
    .toSorted((a, b) => (b.days ?? Number.POSITIVE_INFINITY) - (a.days ?? Number.POSITIVE_INFINITY) || 0);
}
