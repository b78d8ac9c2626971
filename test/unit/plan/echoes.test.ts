import { expect, test } from "vitest";
import { withoutEchoes } from "../../../plan/echoes.ts";
import { error } from "../config/support.ts";

const at = (rule: string, path: string) => error(rule, path, "a", "b", "c");

test.each([
  ["unknown-bundle", "polymath:bundles[0]", "specialist-not-selected", "polymath:routing.aliases.a"],
  ["invalid-value", "polymath:bundles[0]", "bundle-not-selected", "polymath:specialists.a.bundle"],
  ["unknown-key", "polymath:governance.acceptLicenses", "licence-not-accepted", "polymath:governance.acceptLicences"],
  ["unknown-key", "polymath:governence", "licence-not-accepted", "polymath:governance.acceptLicences"],
  ["invalid-value", "polymath:governance", "licence-not-accepted", "polymath:governance.acceptLicences"],
  [
    "invalid-value",
    "polymath:governance.acceptLicences[1]",
    "licence-not-accepted",
    "polymath:governance.acceptLicences",
  ],
  ["invalid-value", "polymath:governance.use", "non-commercial-licence", "polymath:governance.use"],
  ["invalid-value", "polymath:waivers[0].rule", "governance-loosened", "polymath:bundles[0].governance.humanReview"],
  [
    "invalid-value",
    "polymath:bundles[0].governance.humanReview",
    "governance-not-used",
    "polymath:bundles[1].governance.humanReview",
  ],
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

test("a fault of a model of the stack's own hides that it is not known, and of no other one", () => {
  const fault = at("image-not-fixed", "polymath:models.mine.image");
  const unknown = (model: string) =>
    error("unknown-model", "polymath:specialists.a.model", `"${model}"`, "fin-r1", "use another");
  expect(withoutEchoes([fault, unknown("mine"), unknown("mine2")])).toEqual([fault, unknown("mine2")]);
  const gone = at("invalid-value", "polymath:models.mine");
  expect(withoutEchoes([gone, unknown("mine")])).toEqual([gone]);
});

test.each(["facts-missing", "paths-missing"])(
  "%s may be the echo of a value that was left out, not of another fault",
  (rule) => {
    const missing = at(rule, "polymath:models.mine");
    const left = at("invalid-value", "polymath:models.mine.weightsGiB");
    expect(withoutEchoes([left, missing])).toEqual([left]);
    const other = at("image-not-fixed", "polymath:models.mine.image");
    expect(withoutEchoes([other, missing])).toEqual([other, missing]);
  },
);

test("faults elsewhere hide nothing", () => {
  const findings = [
    at("unknown-key", "polymath:budgt"),
    at("unknown-bundle", "polymath:bundles[0]"),
    at("unknown-key", "polymath:governance.exernal"),
    at("invalid-value", "polymath:governance.registries[0]"),
    at("invalid-value", "polymath:routing.host"),
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
