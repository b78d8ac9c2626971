import type { Finding } from "../config/finding.ts";

/** Faults that leave a part of the environment out, so that what rests on that part cannot be judged. */
const leavesOut: ReadonlySet<string> = new Set(["unknown-key", "invalid-value", "unknown-bundle", "unknown-model"]);

/** Rules about something that is missing, and the parts of the stack file that it could stand in. */
const restsOn: Readonly<Record<string, readonly string[]>> = {
  "bundle-not-selected": ["polymath:bundles"],
  "specialist-not-selected": ["polymath:bundles", "polymath:specialists"],
  "provider-not-selected": ["polymath:bundles"],
  "region-missing": ["polymath:external"],
  "licence-not-accepted": ["polymath:governance"],
  "non-commercial-licence": ["polymath:governance"],
  "governance-loosened": ["polymath:waivers"],
  "secret-missing": ["polymath:cluster", "polymath:secrets"],
  "secret-not-needed": ["polymath:bundles", "polymath:specialists", "polymath:routing"],
  "no-authentication": ["polymath:routing"],
  "budget-exceeded": ["polymath:waivers"],
};

/** Leaves out what is only the echo of another fault, so that none is told twice and no advice is wrong. */
export function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const holes = findings.filter(({ rule }) => leavesOut.has(rule)).map(({ path }) => path);
  return findings.filter(({ rule, path }) => {
    const parts = rule === "no-gpu-fits" ? [path] : (restsOn[rule] ?? []);
    return !holes.some((hole) => parts.some((part) => hole.startsWith(part)));
  });
}
