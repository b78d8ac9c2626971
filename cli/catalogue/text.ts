import { Document, isScalar, isSeq, visit } from "yaml";
import type { AcceleratorKind, KeptOut } from "../../catalogue/types/index.ts";
import type { Entry } from "../../plan/catalogue/entries.ts";
import type { Found } from "../../plan/catalogue/rows.ts";
import type { Fit } from "../../plan/sizing.ts";
import { table } from "../../plan/table.ts";

/** What a table shows where there is nothing. */
export const none = "-";
export const listed = (values: readonly string[]): string => values.join(", ") || none;
export const gpusText = (gpus: { readonly kind: string; readonly count: number } | null | undefined): string =>
  gpus ? `${gpus.count} ${gpus.kind}` : none;

const contextText = ({ context, maxContext }: Entry): string => {
  if (context === null || maxContext === context) return String(maxContext ?? none);
  return `${context} of ${maxContext ?? "?"}`;
};

/** Languages that a line has room for. */
const shownLanguages = 6;
const languagesText = (languages: readonly string[]): string => {
  const more = languages.length - shownLanguages;
  return more > 0 ? `${listed(languages.slice(0, shownLanguages))} +${more}` : listed(languages);
};

/** The list of the catalogue, with the smallest GPUs that hold a replica. */
export function listText(entries: readonly Entry[]): string {
  if (entries.length === 0) return "Nothing in the catalogue passes all of these filters.\n";
  const rows = entries.map((entry) => [
    entry.name,
    listed(entry.domains),
    entry.api,
    entry.runtime ?? "external",
    listed(entry.licences),
    gpusText(entry.gpus[0]),
    contextText(entry),
    languagesText(entry.languages),
    entry.evidence,
  ]);
  const header = ["name", "domain", "API", "runtime", "licences", "GPUs", "context", "languages", "evidence"];
  const count = (kind: Entry["kind"], one: string, several: string) => {
    const number = entries.filter((entry) => entry.kind === kind).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : several}`];
  };
  const counts = [
    ...count("specialist", "specialist", "specialists"),
    ...count("model", "model that no specialist serves", "models that no specialist serves"),
    ...count("external", "external provider", "external providers"),
  ];
  return `${table(header, rows)}\n\n${counts.join(", ")}.\n`;
}

/** A row as YAML, nothing left out; lists of words stand on one line, and no line is broken, so that sources can be searched for. */
function yamlText(row: object): string {
  const document = new Document(row);
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value !== "sources" && isSeq(value) && value.items.every((item) => isScalar(item)))
        value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, nullStr: none, flowCollectionPadding: false });
}

const fitText = ([gpu, fit]: readonly [AcceleratorKind, Fit]): readonly string[] => {
  if (!fit.fits) return [gpu, none, fit.reason];
  const { required, available, basis, evidence } = fit.size;
  const unit = basis === "parts" ? "GiB" : "GB";
  return [gpu, String(fit.gpus), `${required} of ${available} ${unit} each, ${evidence}`];
};

/** Rows whole, each with what refers to it, and how it sits on GPUs where it is sized. */
export function showText(
  rows: readonly { readonly found: Found; readonly fits: readonly (readonly [AcceleratorKind, Fit])[] | undefined }[],
): string {
  return rows
    .map(({ found, fits }) => {
      const parts = [
        `${found.kind} ${found.names[0]}\n\n${yamlText(found.row).replace(/^/gm, "  ").trimEnd()}`,
        ...(found.usedBy.length > 0 ? [`  used by ${listed(found.usedBy)}`] : []),
        ...(fits ? [table(["GPU", "count", "memory"], fits.map(fitText)).replace(/^/gm, "  ")] : []),
      ];
      return `${parts.join("\n\n")}\n`;
    })
    .join("\n");
}

/** What is not in the catalogue, and why. */
export function keptOutText(rows: readonly KeptOut[]): string {
  if (rows.length === 0) return "Nothing was kept out of the catalogue.\n";
  const blocks = rows.map(
    ({ id, family, title, rule, reason, sources, read }) =>
      `${id} (${family}): ${title}\n  rule:    ${rule}\n  reason:  ${reason}\n${sources.map((source) => `  source:  ${source}\n`).join("")}  read:    ${read}\n`,
  );
  return `${blocks.join("\n")}\n${rows.length} kept out.\n`;
}
