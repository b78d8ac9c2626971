import { describe, expect, test } from "vitest";
import { catalogue } from "../../../../catalogue/index.ts";
import { entriesOf, matching, type Filter } from "../../../../plan/catalogue/entries.ts";
import { solveLock } from "../../../../plan/solve-lock.ts";
import { environmentOf } from "../support.ts";
import { bundle, catalogueOf, model, provider, specialist } from "./support.ts";

const small = catalogueOf({
  models: [
    model("ledger", { languages: ["en", "ja"], maxContext: 32_768 }),
    model("tiny", { precision: "fp16", precisions: [{ precision: "fp16", weightsGiB: 1, minComputeCapability: 7.5 }] }),
    model("gated", { licences: ["gemma"], api: { kind: "embeddings", paths: ["/v1/embeddings"] } }),
  ],
  specialists: [
    specialist("ledger"),
    specialist("auditor", {
      model: "ledger",
      context: 8_192,
      concurrency: 4,
      slot: { kind: "adapter", what: "an adapter of the bank's own" },
    }),
    specialist("tiny"),
  ],
  bundles: [
    bundle("a-variant", { variantOf: "bank", specialists: ["ledger"] }),
    bundle("bank", { specialists: ["ledger", "auditor"] }),
    bundle("outside", { providers: ["cloud"] }),
  ],
  providers: [provider("cloud")],
});
const entries = entriesOf(small);
const none: Filter = { domain: [], api: [], licence: [], gpu: [], language: [] };
const names = (filter: Partial<Filter>) => matching(entries, { ...none, ...filter }).map(({ name }) => name);

test("what is listed: specialists, models that none serves, external providers, by domain; what is in no bundle last", () => {
  expect(entries.map(({ name, kind, domains }) => [name, kind, domains])).toEqual([
    ["auditor", "specialist", ["bank"]],
    ["ledger", "specialist", ["bank", "a-variant"]],
    ["cloud", "external", ["outside"]],
    ["gated", "model", []],
    ["tiny", "specialist", []],
  ]);
});

test("an entry is its rows' facts, with every GPU kind that holds it, the least memory first", () => {
  expect(entries.find(({ name }) => name === "auditor")).toEqual({
    name: "auditor",
    kind: "specialist",
    domains: ["bank"],
    api: "chat",
    runtime: "vllm",
    licences: ["apache-2.0"],
    gpus: [
      { kind: "A100-40", count: 1 },
      { kind: "L40S", count: 1 },
      { kind: "A10G", count: 2 },
      { kind: "L4", count: 2 },
      { kind: "A100-80", count: 1 },
      { kind: "H100", count: 1 },
      { kind: "RTX-PRO-6000", count: 1 },
      { kind: "H200", count: 1 },
      { kind: "B200", count: 1 },
      { kind: "B300", count: 1 },
    ],
    context: 8_192,
    maxContext: 32_768,
    languages: ["en", "ja"],
    evidence: "estimated",
    slot: "an adapter of the bank's own",
  });
});

test("an external provider takes no GPU and has no runtime here", () => {
  expect(entries.find(({ kind }) => kind === "external")).toEqual({
    name: "cloud",
    kind: "external",
    domains: ["outside"],
    api: "chat",
    runtime: null,
    licences: ["apache-2.0"],
    gpus: [],
    context: null,
    maxContext: null,
    languages: [],
    evidence: "vendor",
    slot: null,
  });
});

test("a specialist without a model is a fault of the catalogue", () => {
  const broken = catalogueOf({ models: [], specialists: [specialist("lost")], bundles: [] });
  expect(() => entriesOf(broken)).toThrow("The specialist lost names the model lost, which has no row.");
});

describe("filters", () => {
  test.each<[Partial<Filter>, string[]]>([
    [{}, ["auditor", "ledger", "cloud", "gated", "tiny"]],
    [{ domain: ["a-variant"] }, ["ledger"]],
    [{ domain: ["outside", "a-variant"] }, ["ledger", "cloud"]],
    [{ api: ["embeddings"] }, ["gated"]],
    [{ licence: ["gemma"] }, ["gated"]],
    [{ gpu: ["T4"] }, ["tiny"]],
    [{ language: ["ja"], licence: ["apache-2.0"] }, ["auditor", "ledger"]],
    [{ language: ["ja"], domain: ["a-variant"] }, ["ledger"]],
    [{ language: ["ja"], gpu: ["T4"] }, []],
  ])("%j lets pass %j", (filter, expected) => {
    expect(names(filter)).toEqual(expected);
  });

  test("with GPU kinds asked for, an entry shows those", () => {
    const [auditor] = matching(entries, { ...none, domain: ["bank"], gpu: ["L4", "B300"] });
    expect(auditor?.gpus).toEqual([
      { kind: "L4", count: 2 },
      { kind: "B300", count: 1 },
    ]);
  });
});

describe("the kit's own catalogue", () => {
  const all = entriesOf(catalogue);

  test("everything can be sized: nothing that runs in the cluster is without a GPU that holds it", () => {
    expect(all.filter(({ kind, gpus }) => kind !== "external" && gpus.length === 0)).toEqual([]);
  });

  test("the list says of a GPU what the planner then does", () => {
    const entry = all.find(({ name }) => name === "saul-7b-instruct");
    const [least] = entry?.gpus ?? [];
    const keys = { bundles: [{ name: "law", only: ["saul-7b-instruct"] }], pools: { allow: [least?.kind ?? ""] } };
    const { lock } = solveLock(environmentOf(keys), catalogue, undefined);
    expect(lock.pools.map(({ gpusPerReplica }) => gpusPerReplica)).toEqual([least?.count]);
  });
});
