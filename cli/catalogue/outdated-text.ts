import type { Facts, Outdated, OutdatedEntry } from "../../plan/catalogue/outdated.ts";
import { freshDays, type StaleRow } from "../../plan/catalogue/stale.ts";
import { table } from "../../plan/table.ts";
import { gpusText, listed, none } from "./text.ts";

/** What is compared, in the words of the report. */
const compared: readonly (readonly [string, (facts: Facts) => string])[] = [
  ["model", ({ model }) => model],
  ["image", ({ image }) => image ?? none],
  ["runtime", ({ runtime }) => runtime ?? "external"],
  ["weights GiB", ({ weightsGiB }) => String(weightsGiB ?? none)],
  ["GPUs per replica", ({ gpus }) => gpusText(gpus)],
  ["USD per hour", ({ usdPerHour }) => usdPerHour?.toFixed(2) ?? none],
  ["context", ({ context }) => String(context ?? none)],
  ["longest context", ({ maxContext }) => String(maxContext ?? none)],
  ["licences", ({ licences }) => listed(licences)],
  ["API", ({ api }) => api.kind],
  ["paths", ({ api }) => listed(api.paths)],
];

function changesText(now: Facts, newer: Facts): string {
  const lines = compared.map(([what, of]) => [what, of(now), of(newer)] as const);
  const same = lines.flatMap(([what, before, after]) => (before === after ? [`${what} ${before}`] : []));
  const changes = table(
    ["", "now", "newer row"],
    lines.filter(([, before, after]) => before !== after),
  );
  return `${changes.replace(/^/gm, "  ")}\n  the same: ${same.join("; ") || none}`;
}

function entryText({ name, versions, now, newer, toAccept, findings }: OutdatedEntry): string {
  const lines = [
    name,
    ...(newer ? [changesText(now, newer)] : []),
    ...(toAccept.length > 0 ? [`  to be accepted first: ${toAccept.join(", ")}`] : []),
    ...findings.map(({ rule, given, allowed }) => `  refused with it: ${rule}: ${given}; allowed: ${allowed}`),
    ...(versions.length > 0
      ? [`  newer versions of ${now.image ?? now.model}, its facts with them not read yet: ${versions.join(", ")}`]
      : []),
  ];
  return lines.join("\n");
}

function staleText(rows: readonly StaleRow[]): string {
  const used = rows.filter((row) => row.used);
  const others = rows.length - used.length;
  const more = others === 0 ? "" : `; ${others} more that it does not use (--json names them)`;
  if (used.length === 0) return `No row that it rests on was read more than ${freshDays} days ago${more}.`;
  const lines = used.map(({ kind, id, read, days }) => [kind, id, read || none, String(days ?? none)]);
  return `Rows that were read more than ${freshDays} days ago, or do not say when: ${used.length}${more}.\n${table(["kind", "id", "read", "days"], lines).replace(/^/gm, "  ")}`;
}

function controllersText(controllers: Outdated["controllers"]): readonly string[] {
  if (controllers.length === 0) return [];
  const lines = controllers.map(({ id, version, versions }) => [id, version, listed(versions)]);
  return [`Controllers with newer versions:\n${table(["id", "now", "newer"], lines).replace(/^/gm, "  ")}`];
}

/** What an environment could renew. */
export function outdatedText(environment: string, { entries, controllers, stale }: Outdated): string {
  const head =
    entries.length === 0
      ? `Environment ${environment} runs no specialist or external provider that has a newer row or newer versions.`
      : `Environment ${environment} runs ${entries.length} with a newer row or newer versions. US dollars are its share of its pool.`;
  return `${[head, ...entries.map(entryText), ...controllersText(controllers), staleText(stale)].join("\n\n")}\n`;
}
