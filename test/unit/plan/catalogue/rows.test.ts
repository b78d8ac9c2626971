import { describe, expect, test } from "vitest";
import { catalogue } from "../../../../catalogue/index.ts";
import { findRows, fitsOfRow, rowKinds, rowsOf } from "../../../../plan/catalogue/rows.ts";
import { bundle, catalogueOf, model, provider, specialist } from "./support.ts";

const small = catalogueOf({
  models: [model("ledger"), model("spare")],
  specialists: [specialist("auditor", { model: "ledger" })],
  bundles: [
    bundle("bank", { aliases: ["BankNeMo"], specialists: ["auditor"], providers: ["cloud"] }),
    bundle("bank-retail", { variantOf: "bank" }),
  ],
  providers: [provider("cloud")],
});
const rows = rowsOf(small);
const found = (name: string) => findRows(rows, name).map(({ kind, names, usedBy }) => [kind, names[0], usedBy]);

test.each<[string, unknown[]]>([
  [
    "auditor",
    [
      ["specialist", "auditor", ["bank"]],
      ["model", "ledger", ["auditor"]],
    ],
  ],
  ["LEDGER", [["model", "ledger", ["auditor"]]]],
  ["bank", [["bundle", "bank", ["bank-retail"]]]],
  ["banknemo", [["bundle", "bank", ["bank-retail"]]]],
  ["cloud", [["provider", "cloud", ["bank"]]]],
  ["vllm", [["runtime", "vllm", ["ledger", "spare"]]]],
  ["apache-2.0", [["licence", "apache-2.0", ["ledger", "spare", "cloud"]]]],
  ["hipaa", [["regulation", "hipaa", []]]],
  ["p5.48xlarge", [["instance type", "p5.48xlarge", []]]],
  ["nothing", []],
])("%s leads to %j", (name, expected) => {
  expect(found(name)).toEqual(expected);
});

test("an accelerator says which instance types have it", () => {
  expect(found("T4")[0]?.[2]).toContain("g4dn.xlarge");
});

test("an instance type comes with the source of its table", () => {
  const [row] = findRows(rows, "g6.xlarge");
  const { sources, evidence, read } = catalogue.instanceSource;
  expect(row?.row).toMatchObject({ name: "g6.xlarge", accelerator: "L4", sources, evidence, read });
});

describe("fits", () => {
  const fits = (name: string) => findRows(rows, name).map((row) => fitsOfRow(row, small)?.map(([kind]) => kind).length);

  test("of a specialist are those of its model as it asks; its model's row has none beside them", () => {
    expect(fits("auditor")).toEqual([11, undefined]);
  });

  test("of a model that no specialist serves are those at its longest context", () => {
    const [row] = findRows(rows, "spare");
    const onL4 = row && fitsOfRow(row, small)?.find(([kind]) => kind === "L4")?.[1];
    expect(onL4).toMatchObject({ fits: true, gpus: 2 });
  });

  test("of what is not sized are none", () => {
    expect(fits("bank")).toEqual([undefined]);
  });
});

test("every kind of row is found in the kit's own catalogue, each row under its own name", () => {
  const all = rowsOf(catalogue);
  expect([...new Set(all.map(({ kind }) => kind))].sort()).toEqual([...rowKinds].sort());
  const lost = all.filter((row) => row.names.some((name) => !findRows(all, name).includes(row)));
  expect(lost).toEqual([]);
});
