/** One reason why an environment is refused or warned about. */
export interface Finding {
  /** Rule id, kebab-case: what a waiver names. */
  readonly rule: string;
  readonly severity: "error" | "warning";
  /** Where in the stack file, for example `polymath:bundles[2].name`. */
  readonly path: string;
  /** What was found there. */
  readonly given: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What to do next. */
  readonly fix: string;
}

/** A finding that refuses the environment. */
export const refusal = (rule: string, path: string, given: string, allowed: string, fix: string): Finding => ({
  rule,
  severity: "error",
  path,
  given,
  allowed,
  fix,
});

/** The environment is refused; carries every finding, not only the first. Its message is the whole report. */
export class RefusedError extends Error {
  readonly findings: readonly Finding[];
  constructor(environment: string, findings: readonly Finding[]) {
    super(formatFindings(environment, findings));
    this.name = "RefusedError";
    this.findings = findings;
  }
}

/** The findings as text: a headline, then four lines each. */
export function formatFindings(environment: string, findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const headline =
    errors > 0
      ? `Environment "${environment}" is refused: ${count(errors, "error")}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}. Nothing was created.`
      : `Environment "${environment}": ${count(warnings, "warning")}.`;
  const blocks = findings.map(
    ({ rule, severity, path, given, allowed, fix }) =>
      `  ${severity}  ${rule}  at ${path}\n    found:   ${given}\n    allowed: ${allowed}\n    fix:     ${fix}`,
  );
  return [headline, ...blocks].join("\n");
}
