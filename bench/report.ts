import { table } from "../plan/table.ts";
import type { ComparisonResult } from "./results.ts";

/** Programs with less than this part of a row's total are left out of the columns that say where it goes. */
const leastShare = 0.03;

const seconds = (value: number) => value.toFixed(2);

function shares(byProgram: Readonly<Record<string, number>>, digits: number): string {
  const entries = Object.entries(byProgram).sort(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  return entries
    .filter(([, value]) => value > 0 && value >= total * leastShare)
    .map(([program, value]) => `${program} ${value.toFixed(digits)}`)
    .join(", ");
}

/** Header and rows of a comparison; the columns of times are in seconds. */
function cells({ baselines, rows }: ComparisonResult): readonly (readonly string[])[] {
  return [
    [
      "",
      "median s",
      "min",
      "max",
      ...baselines.map((name) => `× ${name}`),
      "CPU s",
      "peak MiB",
      "CPU s by program",
      "MiB at the peak by program",
    ],
    ...rows.map((row) => [
      row.label,
      seconds(row.seconds.median),
      seconds(row.seconds.min),
      seconds(row.seconds.max),
      ...baselines.map((name) => (row.ratios[name] ?? Number.NaN).toFixed(2)),
      seconds(row.cpuSeconds.median),
      row.peakMiB.median.toFixed(0),
      shares(row.cpuByProgram, 1),
      shares(row.peakByProgram, 0),
    ]),
  ];
}

const units = { seconds: " s", peakMiB: " MiB", ratio: "" } as const;

function limitLines({ limits }: ComparisonResult): readonly string[] {
  return limits.map(({ row, metric, to, most, measured, kept }) => {
    const what = metric === "ratio" ? `${row} to ${to}` : `${row}, ${metric === "peakMiB" ? "memory" : "time"}`;
    const digits = metric === "peakMiB" ? 0 : 2;
    return `${kept ? "Kept" : "MISSED"}: ${what}: ${measured.toFixed(digits)}${units[metric]}, allowed are ${most}${units[metric]}`;
  });
}

/** When a run said what, with the time since the line before. */
function momentRows({ rows }: ComparisonResult): readonly (readonly string[])[] {
  return rows.flatMap(({ moments }) => {
    const sorted = Object.entries(moments).sort(([, a], [, b]) => a - b);
    return sorted.map(([what, at], index) => [what, seconds(at), seconds(at - (sorted[index - 1]?.[1] ?? 0))]);
  });
}

const momentHeader = ["the run says", "after s", "since the line above"] as const;

/** Columns aligned by spaces, for a terminal. */
export function asText(results: readonly ComparisonResult[]): string {
  return results
    .map((result) => {
      const [header = [], ...rows] = cells(result);
      const moments = momentRows(result);
      const parts = [result.title, table(header, rows), ...limitLines(result)];
      return [...parts, ...(moments.length > 0 ? [table(momentHeader, moments)] : [])].join("\n");
    })
    .join("\n\n");
}

function markdownTable([header = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** For docs/performance.md. */
export function asMarkdown(results: readonly ComparisonResult[]): string {
  return results
    .map((result) => {
      const moments = momentRows(result);
      return [
        `### ${result.title}`,
        markdownTable(cells(result)),
        ...limitLines(result),
        ...(moments.length > 0 ? [markdownTable([momentHeader, ...moments])] : []),
      ].join("\n\n");
    })
    .join("\n\n");
}
