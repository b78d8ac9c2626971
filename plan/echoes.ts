import type { Finding } from "../config/finding.ts";
import { nearest } from "../config/nearest.ts";

/** Faults that leave a part of the environment out, so that what rests on that part cannot be judged. */
const leavesOut: ReadonlySet<string> = new Set(["unknown-key", "invalid-value", "unknown-bundle", "unknown-model"]);

/** Whether a finding leaves a part out. A model of the stack's own with any fault is left out. */
const isHole = ({ rule, path }: Finding): boolean => leavesOut.has(rule) || path.startsWith("polymath:models.");

/** Rules about something that is missing, and the parts of the stack file that it could stand in. */
const restsOn: Readonly<Record<string, readonly string[]>> = {
  "bundle-not-selected": ["polymath:bundles"],
  "specialist-not-selected": ["polymath:bundles", "polymath:specialists"],
  "provider-not-selected": ["polymath:bundles"],
  "region-missing": ["polymath:external"],
  "licence-not-accepted": ["polymath:governance.acceptLicences"],
  "non-commercial-licence": ["polymath:governance.use"],
  "governance-loosened": ["polymath:waivers"],
  "governance-not-used": ["polymath:bundles"],
  "secret-missing": ["polymath:cluster", "polymath:secrets"],
  "secret-not-needed": ["polymath:bundles", "polymath:specialists", "polymath:routing.auth"],
  "no-authentication": ["polymath:routing.auth"],
  "budget-exceeded": ["polymath:waivers"],
};

const keysOf = (path: string): readonly string[] => path.split(/[:.[]/);

/** Whether a part of the stack file can be missing because of a fault: one in it, one around it, or its own key misspelt. */
function canMiss(part: string, { rule, path }: Finding): boolean {
  const keys = keysOf(part);
  const faulty = keysOf(path);
  return faulty.slice(0, keys.length).every((key, index) => {
    const meant = keys[index] ?? "";
    const isMisspelt = rule === "unknown-key" && index === faulty.length - 1;
    return key === meant || (isMisspelt && nearest(key, [meant]) !== undefined);
  });
}

/** Rules about a part of the stack file that cannot be judged without all that stands in it. */
const aboutItsOwnPart: ReadonlySet<string> = new Set([
  "no-gpu-fits",
  "facts-missing",
  "image-missing",
  "paths-missing",
  "weights-missing",
]);

/** Where the faults may stand that a finding is only the echo of. */
function partsOf({ rule, path, given }: Finding): readonly string[] {
  if (aboutItsOwnPart.has(rule)) return [path];
  // What is given is the model's name, in quotes.
  if (rule === "unknown-model") return [`polymath:models.${given.slice(1, -1)}`];
  return restsOn[rule] ?? [];
}

/** Leaves out what is only the echo of another fault, so that none is told twice and no advice is wrong. */
export function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const holes = findings.filter(isHole);
  return findings.filter((finding) => {
    const parts = partsOf(finding);
    const judged = aboutItsOwnPart.has(finding.rule) ? holes.filter(({ rule }) => leavesOut.has(rule)) : holes;
    return !judged.some((hole) => parts.some((part) => canMiss(part, hole)));
  });
}
