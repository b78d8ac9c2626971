import { describe, expect, test } from "vitest";
import { parseOptions, usage } from "../../../../cli/catalogue/options.ts";

const filters = { domain: [], api: [], licence: [], gpu: [], language: [] };

test.each<[string, ReturnType<typeof parseOptions>]>([
  ["", { kind: "list", json: false, filters }],
  ["list --json", { kind: "list", json: true, filters }],
  [
    "--domain law --gpu L4 --gpu T4 --language=ja",
    { kind: "list", json: false, filters: { ...filters, domain: ["law"], gpu: ["L4", "T4"], language: ["ja"] } },
  ],
  ["--api rest --licence mit", { kind: "list", json: false, filters: { ...filters, api: ["rest"], licence: ["mit"] } }],
  ["show fin-r1 --json", { kind: "show", json: true, id: "fin-r1" }],
  ["kept-out", { kind: "kept-out", json: false }],
  ["outdated", { kind: "outdated", json: false, environment: "local" }],
  ["outdated --env prod", { kind: "outdated", json: false, environment: "prod" }],
  ["outdated --env=prod --json", { kind: "outdated", json: true, environment: "prod" }],
  ["outdated --help", { kind: "help" }],
])("%j", (line, expected) => {
  expect(parseOptions(line.split(" ").filter(Boolean))).toEqual(expected);
});

describe("mistakes at the keyboard", () => {
  test.each([
    [
      "shwo fin-r1",
      '"shwo" is no command of the catalogue; did you mean "show"?\nTo see a row: npm run catalogue -- show shwo',
    ],
    ["show", `show takes one id; given: none.\n${usage}`],
    ["show a b", `show takes one id; given: a, b.\n${usage}`],
    ["kept-out now", `kept-out takes no name; given: now.\n${usage}`],
    ["outdated prod", "outdated takes no name; given: prod.\nwrite: npm run catalogue -- outdated --env prod"],
    ["--env prod", "--env is for outdated: npm run catalogue -- outdated --env prod"],
    ["show fin-r1 --gpu L4", `show takes no --gpu: filters are for the list.\n${usage}`],
    ["--json=yes", `Option '--json' does not take an argument\n${usage}`],
  ])("%s", (line, message) => {
    expect(() => parseOptions(line.split(" "))).toThrow(message);
  });

  test("an unknown option shows the usage", () => {
    expect(() => parseOptions(["--gpus", "L4"])).toThrow(usage);
  });
});
