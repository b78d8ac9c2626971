import type { Finding } from "../config/finding.ts";
import { nearest } from "../config/nearest.ts";
import type { Waiver } from "../config/schema.ts";

/** Rules about what is allowed rather than about what is possible: only these can be waived. */
const waivable: ReadonlySet<string> = new Set(["budget-exceeded", "no-authentication", "governance-loosened"]);

const covers = (waiver: Waiver, { severity, rule, path }: Finding): boolean =>
  severity === "error" && rule === waiver.rule && (waiver.target === "*" || waiver.target === path);

/** Whether a waiver that counts on the day covers an error. */
export const isWaived = (finding: Finding, waivers: readonly Waiver[], today: string): boolean =>
  waivable.has(finding.rule) && waivers.some((waiver) => waiver.expires >= today && covers(waiver, finding));

export interface Waived {
  readonly findings: readonly Finding[];
  /** One sentence for each waiver that counts, printed at every run. */
  readonly notices: readonly string[];
}

/**
 * Turns the errors that a waiver covers into warnings. A waiver past its date, of an unknown rule, or that covers nothing is a
 * finding itself.
 * @param today ISO 8601 day.
 */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[], today: string): Waived {
  const notices: string[] = [];
  const extra: Finding[] = [];
  let left = findings;
  // With another fault, a lock that misfits for example, the finding that a waiver is for may not have come up yet.
  const isJudged = findings.every(({ severity, rule }) => severity !== "error" || waivable.has(rule));
  for (const [index, waiver] of waivers.entries()) {
    const path = `polymath:waivers[${index}]`;
    const refuse = (field: string, given: string, allowed: string, fix: string) =>
      extra.push({ rule: "invalid-waiver", severity: "error", path: `${path}.${field}`, given, allowed, fix });
    if (!waivable.has(waiver.rule)) {
      const hit = nearest(waiver.rule, waivable);
      const fix = hit === undefined ? "mend the fault instead" : `did you mean "${hit}"?`;
      refuse("rule", `"${waiver.rule}"`, [...waivable].join(", "), fix);
      continue;
    }
    if (waiver.expires < today) {
      refuse(
        "expires",
        `${waiver.expires}, which is past`,
        `a day from ${today} on`,
        "mend the fault, or have the waiver approved again",
      );
      continue;
    }
    if (!findings.some((finding) => covers(waiver, finding))) {
      if (isJudged) {
        const given = `"${waiver.target}", where ${waiver.rule} finds nothing`;
        refuse("target", given, "a path with that finding", "remove the waiver");
      }
      continue;
    }
    left = left.map((finding) => (covers(waiver, finding) ? { ...finding, severity: "warning" as const } : finding));
    notices.push(
      `${waiver.rule} at ${waiver.target} is waived until ${waiver.expires} by ${waiver.approvedBy}: ${waiver.reason}`,
    );
  }
  return { findings: [...left, ...extra], notices };
}
