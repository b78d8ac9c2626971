import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { catalogue } from "../../../catalogue/index.ts";
import { isMap } from "../../../config/merge.ts";
import { stackSchema, stackSchemaText } from "../../../plan/stack-schema.ts";
import { blocksOf } from "../docs/worked-example.ts";

const stacks = join(import.meta.dirname, "../../../stacks");
const modeline = "# yaml-language-server: $schema=./stack.schema.json\n";

test("stacks/stack.schema.json is what the schema of stack files and the catalogue say", () => {
  const file = readFileSync(join(stacks, "stack.schema.json"), "utf8");
  expect(file === stackSchemaText(catalogue), "stacks/stack.schema.json is stale; run: npm run schema").toBe(true);
});

/** An independent reading of the schema: zod reads JSON schemas too. */
const schema = z.fromJSONSchema(stackSchema(catalogue));
const faults = (config: Readonly<Record<string, unknown>>) =>
  (schema.safeParse({ config }).error?.issues ?? []).map(({ path, code }) => `${code} at ${path.join(" ")}`);

const files = readdirSync(stacks).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

test.each(files)("%s names the schema for editors, and follows it", (name) => {
  const text = readFileSync(join(stacks, name), "utf8");
  expect(text.startsWith(modeline), `${name} has to begin with ${modeline}`).toBe(true);
  expect(schema.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
});

test("the stack files of the pages follow it", () => {
  const chapters = ["To the catalogue: one file, one line", "To one stack alone: no change to the kit"];
  const written = chapters
    .flatMap((chapter) => blocksOf("add-a-model.md", chapter))
    .filter(({ language }) => language === "yaml");
  expect(written).toHaveLength(2);
  for (const { code } of written) expect(schema.safeParse(parse(code)).error?.issues ?? []).toEqual([]);
});

describe("it refuses", () => {
  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ "polymath:budgt": 3 }, "unrecognized_keys at config"],
    [{ budget: 3 }, "unrecognized_keys at config"],
    [{ "polymath:bundles": "law" }, "invalid_type at config polymath:bundles"],
    [{ "polymath:bundles": [{ name: "law", onyl: [] }] }, "unrecognized_keys at config polymath:bundles 0"],
    [{ "polymath:bundles": [{ only: ["saul-7b-instruct"] }] }, "invalid_union at config polymath:bundles 0"],
    [{ "polymath:cluster": { kind: "eks" } }, "invalid_union at config polymath:cluster"],
    [{ "polymath:waivers": [{ rule: "budget-exceeded" }] }, "invalid_type at config polymath:waivers 0 target"],
  ])("%j", (config, expected) => {
    expect(faults(config)).toContain(expected);
  });

  test("keys of ours outside of config", () => {
    expect(schema.safeParse({ "polymath:bundles": ["law"] }).success).toBe(false);
  });
});

describe("it takes", () => {
  test.each<Readonly<Record<string, unknown>>>([
    // A file that extends another one says only what is different.
    { "polymath:extends": "prod", "polymath:cluster": { context: "prod-eu" } },
    { "polymath:routing": { auth: { apiKey: { clients: ["web"] } } } },
    // Keys of providers, and names that no catalogue knows.
    { "aws:region": "eu-central-1" },
    { "polymath:bundles": ["a-bundle-of-tomorrow"], "polymath:specialists": { mine: { model: "my-model" } } },
    { "polymath:secrets": { ngc: { secure: "v1:abc" } } },
  ])("%j", (config) => {
    expect(faults(config)).toEqual([]);
  });
});

test("every format is one that JSON Schema has: strict validators refuse others", () => {
  const text = stackSchemaText(catalogue);
  const formats = new Set([...text.matchAll(/"format": "([^"]+)"/g)].map(([, format]) => format));
  expect([...formats]).toEqual(["date"]);
});

test("editors are offered the catalogue's names, and told what keys mean", () => {
  const text = JSON.stringify(stackSchema(catalogue));
  const offered = (names: readonly string[]) => text.includes(JSON.stringify({ enum: names }));
  const bundles = [...catalogue.bundles.values()].flatMap(({ id, aliases }) => [id, ...aliases]);
  expect([
    offered(bundles),
    offered([...catalogue.models.keys()]),
    offered(Object.keys(catalogue.accelerators)),
    offered(Object.keys(catalogue.licences)),
    offered([...catalogue.providers.keys()]),
    offered(bundles.slice(1)),
  ]).toEqual([true, true, true, true, true, false]);
  // Every key but "config" itself.
  const untold: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key !== "properties" || !isMap(value)) return value;
    for (const [name, one] of Object.entries(value))
      if (!isMap(one) || one["description"] === undefined) untold.push(name);
    return value;
  });
  expect(untold).toEqual(["config"]);
  // What the kit's own schema uses to find names is nothing for editors.
  expect(text).not.toContain('"names"');
});
