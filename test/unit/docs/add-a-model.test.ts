import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { blocksOf, copyOfTheKit, follow, node } from "./worked-example.ts";

vi.setConfig({ testTimeout: 120_000 });

const page = "add-a-model.md";

test("one file and one line bring a model into the catalogue, and it plans without a finding", async () => {
  const kit = copyOfTheKit();
  const blocks = blocksOf(page, "To the catalogue: one file, one line");
  // What is written into the kit: one file and one line. The rest is an environment and commands.
  expect(blocks.map(({ language, file }) => [language, file?.split("/")[0]])).toEqual([
    ["ts", "catalogue"],
    ["diff", "catalogue"],
    ["yaml", "stacks"],
    ["sh", undefined],
    ["sh", undefined],
  ]);
  expect(blocks[1]?.code.split("\n").filter((line) => line.startsWith("+"))).toHaveLength(1);

  const [show, lock, check, schema, ...others] = await follow(kit, blocks);
  expect([show?.code, lock?.code, schema?.code, others], lock?.output).toEqual([0, 0, 0, []]);
  expect(show?.output).toContain("specialist qwen2-5-coder-7b-instruct\n");
  expect(lock?.output).toMatch(/^ {2}qwen2-5-coder-7b-instruct: placed on \S+\n/);
  expect(check).toEqual({
    command: "npm run check -- trial",
    code: 0,
    output: 'Environment "trial": no findings.\n',
  });

  // A row that misses a field runs all the same: only the compiler sees it.
  const settings = { extends: "./tsconfig.json", compilerOptions: { types: [] }, include: [blocks[0]?.file] };
  writeFileSync(join(kit, "tsconfig.row.json"), JSON.stringify(settings));
  const types = await node(kit, "tsc", "node_modules/typescript/bin/tsc", "-p", "tsconfig.row.json");
  expect(types).toEqual({ command: "tsc", code: 0, output: "" });
  const rows = await node(kit, "vitest", "node_modules/vitest/vitest.mjs", "run", "--project", "unit");
  expect(rows.code, rows.output).toBe(0);
});

test("a file that exports no row stops the catalogue and is named", async () => {
  const kit = copyOfTheKit();
  writeFileSync(join(kit, "catalogue", "models", "nameless.ts"), "export const Model = {};\n");
  const { code, output } = await node(kit, "npm run catalogue", "cli/catalogue.ts");
  expect(code).toBe(1);
  expect(output).toContain(
    "catalogue/models/nameless.ts exports no row. Allowed: model, specialist, provider, bundle, keptOut. Give its export one of these names.",
  );
});

test("a stack brings models of its own without a change to the kit, and they plan without a finding", async () => {
  const kit = copyOfTheKit();
  const blocks = blocksOf(page, "To one stack alone: no change to the kit");
  expect(blocks.map(({ language, file }) => [language, file])).toEqual([
    ["yaml", "stacks/Pulumi.house.yaml"],
    ["sh", undefined],
  ]);
  const [lock, check, ...others] = await follow(kit, blocks);
  expect([lock?.code, others], lock?.output).toEqual([0, []]);
  expect(
    lock?.output
      .split("\n")
      .slice(0, 3)
      .map((line) => line.split(": ")[0]?.trim()),
  ).toEqual(["credit-risk", "fin-r1", "tax-advice"]);
  expect(check).toEqual({
    command: "npm run check -- house",
    code: 0,
    output: 'Environment "house": no findings.\n',
  });
});
