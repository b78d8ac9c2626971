import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exemptions } from "../../policy/exemptions.ts";
import { rules } from "../../policy/rules/index.ts";

const page = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8");
const idsOfTable = (heading: string): readonly string[] => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `([a-z-]+)` +\|/gm)].map((match) => match[1] ?? "");
};

test("every rule is mandatory", () => {
  expect(rules.map((rule) => rule.enforcementLevel)).toEqual(rules.map(() => "mandatory"));
});

test("docs/policies.md has one row for each rule, in the pack's order", () => {
  expect(idsOfTable("Rules")).toEqual(rules.map((rule) => rule.name));
});

test("docs/policies.md has one row for each exemption", () => {
  expect(idsOfTable("Exemptions")).toEqual(exemptions.map((exemption) => exemption.rule));
});

test("docs/policies.md names every setting", () => {
  const settings = rules.flatMap((rule) =>
    Object.keys(rule.configSchema?.properties ?? {}).map((key) => `| \`${rule.name}\` | \`${key}\` |`),
  );
  expect(settings).toHaveLength(3);
  expect(settings.filter((row) => !page.replaceAll(/ +/g, " ").includes(row))).toEqual([]);
});
