import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { AcceleratorKind, Model, Precision } from "../../../catalogue/types/index.ts";
import { sizeOn } from "../../../plan/sizing.ts";

const kinds = Object.values(catalogue.accelerators).map(({ kind }) => kind);

/** @throws Error for a row that is missing. */
function modelOf(id: string): Model {
  const model = catalogue.models.get(id);
  if (!model) throw new Error(`The catalogue has no model ${id}.`);
  return model;
}

/** Smallest fit as its specialist is deployed: GPUs, or the reason against it. */
function fitOf(model: Model, kind: AcceleratorKind): number | string {
  const specialist = [...catalogue.specialists.values()].find((row) => row.model === model.id);
  const { context = null, concurrency = 1 } = specialist ?? {};
  const fit = sizeOn(model, catalogue.runtimes[model.runtime], { context, concurrency }, catalogue.accelerators[kind]);
  return fit.fits ? fit.gpus : fit.reason;
}

type Sets = Readonly<Partial<Record<AcceleratorKind, number>>>;

/**
 * GPUs of each kind that a row takes, by the published sets; every kind that is missing here must be refused. Where the source has a
 * smaller set too, the row's notes say why it is not counted on: Ultra on 2 B200, Medium on 2 H200 or B200.
 */
const published: readonly (readonly [id: string, precision: Precision, sets: Sets])[] = [
  ["nemotron-3-ultra-550b-a55b", "nvfp4", { H100: 8, H200: 4, B200: 4, B300: 2 }],
  ["nemotron-3-super-120b-a12b", "fp8", { H100: 2, H200: 2, B200: 2, "RTX-PRO-6000": 2 }],
  ["mistral-medium-3-5-128b", "fp8", { H100: 4, H200: 4, B200: 4 }],
  ["mistral-small-4-119b", "fp8", { H200: 2, B200: 2 }],
  ["mistral-large-3-675b", "fp8", { H200: 8 }],
  [
    "alpamayo-1-5-10b",
    "bf16",
    { L40S: 1, "RTX-PRO-6000": 1, "A100-40": 1, "A100-80": 1, H100: 1, H200: 1, B200: 1, B300: 1 },
  ],
  ["cosmos-reason2-8b", "bf16", { L40S: 1, "RTX-PRO-6000": 1, "A100-80": 1, H100: 1, H200: 1, B200: 1, B300: 1 }],
  ["llama-nemotron-embed-1b-v2", "fp16", { A10G: 1, L4: 1, L40S: 1, "A100-40": 1, "A100-80": 1, H100: 1, B200: 1 }],
  ["llama-nemotron-rerank-1b-v2", "fp16", { A10G: 1, L4: 1, L40S: 1, "A100-40": 1, "A100-80": 1, H100: 1, B200: 1 }],
  ["nemoguard-content-safety-8b", "bf16", { A10G: 2, L40S: 1, "A100-40": 2, "A100-80": 1, H100: 1, H200: 1, B200: 1 }],
  ["nemoguard-topic-control-8b", "bf16", { A10G: 4, L40S: 2, "A100-40": 1, "A100-80": 1, H100: 1, H200: 1, B200: 1 }],
];

describe("published sets of GPUs", () => {
  test.each(published)("%s in %s", (id, precision, sets) => {
    const model = modelOf(id);
    expect(model.precision).toBe(precision);
    const fits = kinds.map((kind) => [kind, fitOf(model, kind)] as const);
    expect(Object.fromEntries(fits.filter(([, fit]) => typeof fit === "number"))).toEqual(sets);
  });
});

describe("what is too small is refused by the published figure", () => {
  test.each([
    ["alpamayo-1-5-10b", "A10G", "24 GB is below the vendor's 30 GB"],
    ["cosmos-reason2-8b", "L4", "24 GB is below the vendor's 56 GB"],
    ["cosmos-reason2-8b", "A100-40", "40 GB is below the vendor's 56 GB"],
    ["nemoguard-content-safety-8b", "L4", "not on the vendor's list (L40S, A100-80, H100, H200, B200, A100-40, A10G)"],
    ["nemotron-3-super-120b-a12b", "A100-80", "compute capability 8 is below the 8.9 that fp8 needs"],
    ["nemotron-3-ultra-550b-a55b", "A100-80", "compute capability 8 is below the 9 that nvfp4 needs"],
  ] as const)("%s on %s", (id, kind, reason) => {
    expect(fitOf(modelOf(id), kind)).toBe(reason);
  });
});

/** A row in one of its precisions, sized by its parts; query heads are the hidden size over the size of one. */
function inPrecision(id: string, precision: Precision): Model {
  const model = modelOf(id);
  const attentionHeads = (model.hiddenSize ?? Number.NaN) / (model.headDim ?? Number.NaN);
  return { ...model, precision, attentionHeads, requirements: [] };
}

describe("the estimate agrees with the published sets where a row has no requirement for that precision", () => {
  test.each([
    ["nemotron-3-super-120b-a12b", "bf16", { H100: 4, H200: 2 }],
    ["nemotron-3-super-120b-a12b", "fp8", { H100: 2 }],
    ["nemotron-3-super-120b-a12b", "nvfp4", { B200: 1 }],
    ["cosmos-reason2-8b", "bf16", { L40S: 1 }],
    ["nemoguard-content-safety-8b", "bf16", { L40S: 1, A10G: 2 }],
  ] as const)("%s in %s", (id, precision, sets) => {
    const model = inPrecision(id, precision);
    const asked = kinds.filter((kind) => kind in sets);
    expect(Object.fromEntries(asked.map((kind) => [kind, fitOf(model, kind)]))).toEqual(sets);
  });

  test("Ultra in NVFP4 leaves no room on two B200, as its notes say", () => {
    const model = inPrecision("nemotron-3-ultra-550b-a55b", "nvfp4");
    expect([fitOf(model, "B200"), fitOf(model, "H100"), fitOf(model, "H200")]).toEqual([4, 8, 4]);
  });
});

test("Evo 2 waits for a fixed tag, and says what it will need", () => {
  const kept = catalogue.keptOut.filter(({ id }) => id.startsWith("evo2-"));
  expect(kept.map(({ id, rule }) => [id, rule])).toEqual([
    ["evo2-40b", "moving-tag"],
    ["evo2-7b", "moving-tag"],
  ]);
  expect(kept[0]?.reason).toContain("2x H100 or 1x H200");
});
