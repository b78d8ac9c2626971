import { describe, expect, test } from "vitest";
import type { Finding } from "../../../config/finding.ts";
import { applyWaivers, isWaived } from "../../../plan/waivers.ts";
import { error } from "../config/support.ts";
import { today } from "./support.ts";

const budget = error("budget-exceeded", "polymath:budget.usdPerMonth.ceiling", "much", "less", "save");
const open = error("no-authentication", "polymath:routing.auth", "nothing", "a key", "add one");
const unfit = error("no-gpu-fits", "polymath:bundles[0]", "large", "small", "shrink");
const asWarning = (finding: Finding): Finding => ({ ...finding, severity: "warning" });
const waiver = {
  rule: "budget-exceeded",
  target: budget.path,
  reason: "launch",
  expires: "2026-12-31",
  approvedBy: "cfo",
};
const notice = "budget-exceeded at polymath:budget.usdPerMonth.ceiling is waived until 2026-12-31 by cfo: launch";

test("no waiver, no change", () => {
  expect(applyWaivers([budget, open], [], today)).toEqual({ findings: [budget, open], notices: [] });
});

test("a covered error becomes a warning, with a notice; others stay", () => {
  expect(applyWaivers([budget, open], [waiver], today)).toEqual({
    findings: [asWarning(budget), open],
    notices: [notice],
  });
});

test.each(["2026-11-23", "2026-11-24", "9999-12-31"])("it counts on its last day and before: %s", (expires) => {
  expect(applyWaivers([budget], [{ ...waiver, expires }], today).findings).toEqual([asWarning(budget)]);
});

test("a star covers every finding of the rule", () => {
  const other = { ...budget, path: "elsewhere" };
  expect(applyWaivers([budget, other, open], [{ ...waiver, target: "*" }], today).findings).toEqual([
    asWarning(budget),
    asWarning(other),
    open,
  ]);
});

test("two waivers may cover one finding", () => {
  const { findings, notices } = applyWaivers([budget], [waiver, { ...waiver, target: "*" }], today);
  expect(findings).toEqual([asWarning(budget)]);
  expect(notices).toEqual([notice, notice.replace("polymath:budget.usdPerMonth.ceiling", "*")]);
});

test.each([
  ["one that names its path", {}, true],
  ["one for every path", { target: "*" }, true],
  ["one on its last day", { expires: today }, true],
  ["one past its date", { expires: "2026-11-22" }, false],
  ["one for another path", { target: "elsewhere" }, false],
  ["one of another rule", { rule: "no-authentication" }, false],
])("a finding is waived by %s: %j is %s", (_which, changes, expected) => {
  expect(isWaived(budget, [{ ...waiver, ...changes }], today)).toBe(expected);
  expect(isWaived(asWarning(budget), [{ ...waiver, ...changes }], today)).toBe(false);
});

test("a finding about what is possible is waived by nothing", () => {
  expect(isWaived(unfit, [{ ...waiver, rule: "no-gpu-fits", target: "*" }], today)).toBe(false);
});

describe("refused", () => {
  const refused = (changes: Partial<typeof waiver>, findings: readonly Finding[] = [budget]) =>
    applyWaivers(findings, [{ ...waiver, ...changes }], today);

  test("past its date", () => {
    expect(refused({ expires: "2026-11-22" })).toEqual({
      findings: [
        budget,
        error(
          "invalid-waiver",
          "polymath:waivers[0].expires",
          "2026-11-22, which is past",
          "a day from 2026-11-23 on",
          "mend the fault, or have the waiver approved again",
        ),
      ],
      notices: [],
    });
  });

  test.each([
    ["no-gpu-fits", "mend the fault instead"],
    ["licence-not-accepted", "mend the fault instead"],
    ["budget-exeeded", 'did you mean "budget-exceeded"?'],
  ])("of the rule %s", (rule, fix) => {
    expect(refused({ rule })).toEqual({
      findings: [
        budget,
        error(
          "invalid-waiver",
          "polymath:waivers[0].rule",
          `"${rule}"`,
          "budget-exceeded, no-authentication, governance-loosened",
          fix,
        ),
      ],
      notices: [],
    });
  });

  test("that covers nothing", () => {
    expect(refused({ target: "polymath:budget" })).toEqual({
      findings: [
        budget,
        error(
          "invalid-waiver",
          "polymath:waivers[0].target",
          '"polymath:budget", where budget-exceeded finds nothing',
          "a path with that finding",
          "remove the waiver",
        ),
      ],
      notices: [],
    });
    expect(refused({}, []).findings.map(({ path }) => path)).toEqual(["polymath:waivers[0].target"]);
  });

  test("but not for covering nothing while another fault hides what it is for", () => {
    expect(refused({}, [unfit])).toEqual({ findings: [unfit], notices: [] });
  });

  test("each under its own number", () => {
    const waivers = [waiver, { ...waiver, expires: "2020-01-01" }, { ...waiver, rule: "x" }];
    expect(applyWaivers([budget], waivers, today).findings.map(({ path }) => path)).toEqual([
      budget.path,
      "polymath:waivers[1].expires",
      "polymath:waivers[2].rule",
    ]);
  });
});

test("a warning needs no waiver", () => {
  expect(applyWaivers([asWarning(budget)], [waiver], today).findings.map(({ rule }) => rule)).toEqual([
    "budget-exceeded",
    "invalid-waiver",
  ]);
});
