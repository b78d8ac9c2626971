import { expect, test } from "vitest";
import { withoutEchoes } from "../../../plan/echoes.ts";
import { error } from "../config/support.ts";

const at = (rule: string, path: string) => error(rule, path, "a", "b", "c");

test.each([
  ["unknown-bundle", "polymath:bundles[0]", "specialist-not-selected", "polymath:routing.aliases.a"],
  ["invalid-value", "polymath:bundles[0]", "bundle-not-selected", "polymath:specialists.a.bundle"],
  ["unknown-key", "polymath:governance.x", "licence-not-accepted", "polymath:governance.acceptLicences"],
  ["invalid-value", "polymath:governance.use", "non-commercial-licence", "polymath:governance.use"],
  ["invalid-value", "polymath:waivers[0].rule", "governance-loosened", "polymath:bundles[0].governance.humanReview"],
  ["invalid-value", "polymath:cluster", "secret-missing", "polymath:secrets.ngc"],
  ["unknown-model", "polymath:specialists.a.model", "secret-not-needed", "polymath:secrets.ngc"],
  ["unknown-key", "polymath:routing.auht", "no-authentication", "polymath:routing.auth"],
  ["invalid-value", "polymath:waivers[0].expires", "budget-exceeded", "polymath:budget.usdPerMonth.ceiling"],
  ["invalid-value", "polymath:bundles[0].specialists.a.context", "no-gpu-fits", "polymath:bundles[0].specialists.a"],
])("%s at %s hides what may only be its echo, %s", (rule, path, echo, echoPath) => {
  const fault = at(rule, path);
  expect(withoutEchoes([fault, at(echo, echoPath)])).toEqual([fault]);
  expect(withoutEchoes([at(echo, echoPath)])).toEqual([at(echo, echoPath)]);
});

test("faults elsewhere hide nothing", () => {
  const findings = [
    at("unknown-key", "polymath:budgt"),
    at("unknown-bundle", "polymath:bundles[0]"),
    at("unknown-specialist", "polymath:routing.aliases.a"),
    at("licence-not-accepted", "polymath:governance.acceptLicences"),
    at("non-commercial-licence", "polymath:governance.use"),
    at("governance-loosened", "polymath:bundles[0].governance.humanReview"),
    at("secret-missing", "polymath:secrets.ngc"),
    at("no-authentication", "polymath:routing.auth"),
    at("no-gpu-fits", "polymath:bundles[1]"),
    at("budget-exceeded", "polymath:budget.usdPerMonth.ceiling"),
  ];
  expect(withoutEchoes(findings)).toEqual(findings);
});
