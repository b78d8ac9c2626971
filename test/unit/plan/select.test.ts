import { describe, expect, test } from "vitest";
import { select } from "../../../plan/select.ts";
import { error } from "../config/support.ts";
import { bundleOf, catalogue, environmentOf } from "./support.ts";

const selectionOf = (keys: Readonly<Record<string, unknown>>) => select(environmentOf(keys).config, catalogue);
const findingsOf = (keys: Readonly<Record<string, unknown>>) => selectionOf(keys).findings;
/** A row without customisation. */
const plain = { adapters: [], settings: null, slot: null };
const known = "biology, finance, general, law, medicine";

test("bundles bring their specialists in order, with the catalogue's values", () => {
  const { bundles, specialists, findings } = selectionOf({ bundles: ["law", "biology"] });
  expect(bundles.map(({ id }) => id)).toEqual(["law", "biology"]);
  expect(specialists.map(({ row, path, bundle, runtime }) => [row.name, path, bundle.id, runtime.id])).toEqual([
    ["saul-7b-instruct", "polymath:bundles[0]", "law", "vllm"],
    ["diffdock", "polymath:bundles[1]", "biology", "nim-1"],
    ["boltz2", "polymath:bundles[1]", "biology", "nim-1"],
    ["proteinmpnn", "polymath:bundles[1]", "biology", "nim-1"],
  ]);
  expect(specialists.map(({ row }) => row)).toEqual(specialists.map(({ row }) => catalogue.specialists.get(row.name)));
  expect(findings).toEqual([]);
});

test.each(["finance", "FinanceNeMo", "financenemo", "FINANCENEMO"])("%s selects the bundle finance", (name) => {
  expect(selectionOf({ bundles: [name] }).bundles.map(({ id }) => id)).toEqual(["finance"]);
});

test("the stack file's values count over the catalogue's", () => {
  const { specialists } = selectionOf({
    bundles: [
      {
        name: "finance",
        specialists: {
          "fin-r1": { replicas: { min: 3, max: 3 }, context: 1_024, concurrency: 2, revision: "abc" },
        },
      },
    ],
  });
  expect(specialists.map(({ row, path }) => [path, row])).toEqual([
    [
      "polymath:bundles[0].specialists.fin-r1",
      { name: "fin-r1", model: "fin-r1", context: 1_024, concurrency: 2, replicas: 3, revision: "abc", ...plain },
    ],
  ]);
});

describe("refused", () => {
  test.each([
    [["fiance"], "polymath:bundles[0]", '"fiance"', 'did you mean "finance"?'],
    [["law", { name: "BioNemo2" }], "polymath:bundles[1].name", '"BioNemo2"', 'did you mean "BioNeMo"?'],
    [["Finance"], "polymath:bundles[0]", '"Finance"', 'did you mean "finance"?'],
    [["chemistry"], "polymath:bundles[0]", '"chemistry"', "name a bundle of the catalogue"],
  ])("unknown bundle: %j", (bundles, path, given, fix) => {
    expect(findingsOf({ bundles })).toEqual([error("unknown-bundle", path, given, known, fix)]);
  });

  test("a bundle twice, by id or by family name", () => {
    expect(findingsOf({ bundles: ["finance", "FinanceNeMo"] })).toEqual([
      error(
        "duplicate-bundle",
        "polymath:bundles[1]",
        '"FinanceNeMo", which selects finance again',
        "each bundle once",
        "remove one of the two",
      ),
    ]);
  });

  test("an unknown specialist of a bundle", () => {
    const specialists = { "fin-r2": {}, "saul-7b-instruct": {} };
    const path = "polymath:bundles[0].specialists";
    expect(findingsOf({ bundles: [{ name: "finance", specialists }] })).toEqual([
      error("unknown-specialist", `${path}.fin-r2`, '"fin-r2"', "fin-r1", 'did you mean "fin-r1"?'),
      error("unknown-specialist", `${path}.saul-7b-instruct`, '"saul-7b-instruct"', "fin-r1", "use one of: fin-r1"),
    ]);
  });

  test("values for a specialist that only leaves out", () => {
    const bundle = { name: "biology", only: ["diffdock"], specialists: { boltz2: { concurrency: 2 } } };
    const { specialists, findings } = selectionOf({ bundles: [bundle] });
    expect(specialists.map(({ row }) => row.name)).toEqual(["diffdock"]);
    expect(findings).toEqual([
      error(
        "override-not-used",
        "polymath:bundles[0].specialists.boltz2",
        'values for boltz2, which "only" leaves out',
        'values for specialists that "only" names',
        'add boltz2 to "only", or remove the key',
      ),
    ]);
  });

  test("values for a specialist of a variant that another bundle has deployed", () => {
    const variant = { ...bundleOf("finance"), id: "variant", variantOf: "finance", aliases: [] };
    const kit = { ...catalogue, bundles: new Map(catalogue.bundles).set("variant", variant) };
    const shared = { name: "variant", specialists: { "fin-r1": { concurrency: 2 } } };
    const { config } = environmentOf({ bundles: [{ name: "finance" }, shared] });
    const { specialists, findings } = select(config, kit);
    expect(specialists.map(({ row, bundle }) => [row.name, row.concurrency, bundle.id])).toEqual([
      ["fin-r1", catalogue.specialists.get("fin-r1")?.concurrency, "finance"],
    ]);
    expect(findings).toEqual([
      error(
        "override-not-used",
        "polymath:bundles[1].specialists.fin-r1",
        "values for fin-r1, which is deployed once, where finance has it",
        "values at polymath:bundles[0].specialists.fin-r1",
        "move them there",
      ),
    ]);
  });

  test("a context for a model that has none, of a bundle or of one's own", () => {
    const findings = findingsOf({
      bundles: [{ name: "biology", specialists: { boltz2: { context: 10 } } }],
      specialists: { fold: { model: "boltz2", bundle: "biology", context: 20 } },
    });
    const allowed = "nothing: the model has no context";
    expect(findings).toEqual([
      error("no-context", "polymath:bundles[0].specialists.boltz2.context", "10", allowed, "remove the key"),
      error("no-context", "polymath:specialists.fold.context", "20", allowed, "remove the key"),
    ]);
  });
});

describe("specialists of one's own", () => {
  const own = (values: Readonly<Record<string, unknown>>) => ({ bundles: ["law"], specialists: { mine: values } });

  test("take the values of the model's own specialist, then their own", () => {
    const { specialists, findings } = selectionOf(
      own({ model: "saul-7b-instruct", bundle: "LawNeMo", concurrency: 7, replicas: { min: 2, max: 2 } }),
    );
    expect(findings).toEqual([]);
    expect(specialists.at(-1)?.path).toBe("polymath:specialists.mine");
    expect(specialists.at(-1)?.bundle.id).toBe("law");
    expect(specialists.at(-1)?.row).toEqual({
      name: "mine",
      model: "saul-7b-instruct",
      context: 4_096,
      concurrency: 7,
      replicas: 2,
      revision: "unresolved",
      ...plain,
    });
  });

  test("of a model that no specialist of the catalogue serves take its longest context", () => {
    const bare = {
      ...catalogue,
      specialists: new Map([...catalogue.specialists].filter(([name]) => name !== "fin-r1")),
    };
    const { config } = environmentOf(own({ model: "fin-r1", bundle: "law" }));
    expect(select(config, bare).specialists.at(-1)?.row).toEqual({
      name: "mine",
      model: "fin-r1",
      context: 32_768,
      concurrency: 1,
      replicas: 1,
      revision: "unresolved",
      ...plain,
    });
  });

  test.each([
    [
      { model: "fin-r2", bundle: "law" },
      "unknown-model",
      "polymath:specialists.mine.model",
      '"fin-r2"',
      [...catalogue.models.keys()].join(", "),
      'did you mean "fin-r1"?',
    ],
    [
      { model: "fin-r1", bundle: "lwa" },
      "unknown-bundle",
      "polymath:specialists.mine.bundle",
      '"lwa"',
      "law",
      'did you mean "law"?',
    ],
    [
      { model: "fin-r1", bundle: "finance" },
      "bundle-not-selected",
      "polymath:specialists.mine.bundle",
      '"finance"',
      "law",
      "add finance to polymath:bundles",
    ],
  ])("are refused: %j", (values, rule, path, given, allowed, fix) => {
    expect(findingsOf(own(values))).toEqual([error(rule, path, given, allowed, fix)]);
  });
});
