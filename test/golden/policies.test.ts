import { expect, test } from "vitest";
import { deploy } from "../../components/deploy.ts";
import { rules } from "../../policy/rules/index.ts";
import { edges, planOf, record, secretOf } from "../components/support.ts";
import { check, checkStack, type Outcome } from "../policy/support.ts";

const registrations = await record(() => Promise.resolve(deploy(planOf("local"), secretOf, edges)));
const resources = registrations.map(({ type, inputs }) => [type, inputs] as const);

test.each(rules)("the environment local keeps $name", async (rule) => {
  const outcomes: readonly Outcome[] =
    "validateStack" in rule
      ? [await checkStack(rule, resources, { stack: "local" })]
      : await Promise.all(resources.map(([type, inputs]) => check(rule, type, inputs)));
  expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
  expect(outcomes.map(({ undecided }) => undecided)).toEqual(outcomes.map(() => undefined));
});
