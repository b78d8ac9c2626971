import { expect, test } from "vitest";
import { formatFindings, RefusedError, type Finding } from "../../../config/finding.ts";
import { error } from "./support.ts";

const fault = error("unknown-bundle", "polymath:bundles[0]", '"lwa"', "law", 'did you mean "law"?');
const warning: Finding = { ...fault, rule: "budget-exceeded", severity: "warning" };

test("each finding takes four lines below a headline that counts them", () => {
  expect(formatFindings("local", [fault, warning, fault])).toBe(
    `Environment "local" is refused: 2 errors, 1 warning. Nothing was created.
  error  unknown-bundle  at polymath:bundles[0]
    found:   "lwa"
    allowed: law
    fix:     did you mean "law"?
  warning  budget-exceeded  at polymath:bundles[0]
    found:   "lwa"
    allowed: law
    fix:     did you mean "law"?
  error  unknown-bundle  at polymath:bundles[0]
    found:   "lwa"
    allowed: law
    fix:     did you mean "law"?`,
  );
});

test.each([
  [[fault], 'Environment "x" is refused: 1 error. Nothing was created.'],
  [[fault, warning, warning], 'Environment "x" is refused: 1 error, 2 warnings. Nothing was created.'],
  [[warning], 'Environment "x": 1 warning.'],
  [[warning, warning], 'Environment "x": 2 warnings.'],
])("the headline of %#", (findings, headline) => {
  expect(formatFindings("x", findings).split("\n")[0]).toBe(headline);
});

test("a refusal carries its findings, and its message is the whole report", () => {
  const refused = new RefusedError("local", [fault]);
  expect(refused.name).toBe("RefusedError");
  expect(refused.findings).toEqual([fault]);
  expect(refused.message).toBe(formatFindings("local", [fault]));
});
