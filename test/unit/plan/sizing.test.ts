import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { Accelerator, AcceleratorKind, Attention, Model } from "../../../catalogue/types/index.ts";
import { sizeOn, type Fit } from "../../../plan/sizing.ts";
import { modelWith } from "./support.ts";

const { accelerators, runtimes } = catalogue;
const sizeAt = (model: Model, kind: AcceleratorKind, context: number | null, concurrency: number) =>
  sizeOn(model, runtimes[model.runtime], { context, concurrency }, accelerators[kind]);

/** A model of the catalogue whose weights take so many GiB. */
const weighing = (id: string, weightsGiB: number, changes: Partial<Model> = {}): Model =>
  modelWith(id, { precisions: [{ precision: "bf16", weightsGiB, minComputeCapability: 8 }], ...changes });

/** The parts of a fit. @throws Error with the reason when it is none. */
function sized(fit: Fit) {
  if (!fit.fits) throw new Error(fit.reason);
  return fit;
}

test("an estimate is weights, cache and overhead against the runtime's share of the memory", () => {
  expect(sizeAt(modelWith("fin-r1"), "L40S", 8_192, 4)).toEqual({
    fits: true,
    gpus: 1,
    size: {
      weightsGiB: 14.2,
      // 57344 bytes per token, 4 requests of 8192 tokens, 2 % tolerance
      kvCacheGiB: 1.79,
      overheadGiB: 5.49,
      basis: "parts",
      required: 21.48,
      available: 41.13,
      evidence: "estimated",
    },
  });
});

test("an estimate from facts that no source confirms is no better known than they are", () => {
  const doubtful = modelWith("fin-r1", { evidence: "unverified" });
  expect(sized(sizeAt(doubtful, "L40S", 8_192, 4)).size.evidence).toBe("unverified");
});

test("what is too large for one GPU is split: weights, heads and activations, not the reserve", () => {
  const { gpus, size } = sized(sizeAt(modelWith("fin-r1"), "L4", 32_768, 4));
  expect([gpus, size.weightsGiB, size.kvCacheGiB, size.overheadGiB, size.required, size.available]).toEqual([
    2, 7.1, 3.57, 5.58, 16.25, 20.56,
  ]);
});

test("a degree that does not divide the attention heads is not used", () => {
  // 28 heads: 1, 2 and 4, not 8
  const model = weighing("fin-r1", 90);
  expect(sizeAt(model, "L4", 1_024, 1)).toEqual({
    fits: false,
    reason: "needs 28.06 GiB of each GPU at best, 20.56 GiB are usable",
  });
  expect(sized(sizeAt({ ...model, attentionHeads: 32 }, "L4", 1_024, 1)).gpus).toBe(8);
});

test("a degree that neither divides the heads of keys and values nor is a multiple of them is not used", () => {
  const attention: Attention = { kind: "gqa", layers: 28, kvHeads: 5, headDim: 128 };
  const model = { ...weighing("fin-r1", 60), attentionHeads: 40, attention };
  expect(sizeAt(model, "L4", 1_024, 1)).toMatchObject({ fits: false });
  expect(sized(sizeAt({ ...model, attention: { ...attention, kvHeads: 8 } }, "L4", 1_024, 1)).gpus).toBe(8);
});

test("adapters take what the engine reserves for each of them at the rank that it compiles, and for the first once more", () => {
  const { vllm } = runtimes;
  const overhead = (...ranks: readonly number[]) => {
    const adapters = ranks.map((rank) => ({ name: `a${rank}`, source: "hf://ORG/x", rank }));
    return sized(sizeOn(modelWith("fin-r1"), vllm, { context: 8_192, concurrency: 4, adapters }, accelerators.L40S))
      .size.overheadGiB;
  };
  // 25 widths of 3584 in 28 layers at 16 bits: 0.0748 GiB for each adapter of rank 16
  expect([overhead(), overhead(16), overhead(16, 8), overhead(250)]).toEqual([5.49, 5.64, 5.72, 7.88]);
});

test("a GPU never holds less than one head of the cache", () => {
  const model = { ...weighing("fin-r1", 90), attentionHeads: 32 };
  const perToken = 28 * 2 * 1 * 128 * 2;
  expect(sized(sizeAt(model, "L4", 32_768, 1)).size.kvCacheGiB).toBe(
    Math.round(((perToken * 32_768 * 1.02) / 2 ** 30) * 100) / 100,
  );
});

describe("published numbers", () => {
  const llama8b = weighing("saul-7b-instruct", 14.99);

  test("Llama-3.1-8B: 23,648 tokens took 2.89 GiB, 29,000 did not fit a 24 GB card", () => {
    const { size } = sized(sizeAt(llama8b, "L40S", 23_648, 1));
    expect(size.kvCacheGiB).toBe(2.94);
    expect((size.kvCacheGiB ?? 0) / 1.02).toBeCloseTo(2.89, 1);
    expect(sized(sizeAt(llama8b, "A10G", 29_000, 1)).gpus).toBe(2);
  });

  test("Nemotron 3 Nano: 4.82 requests of 262,144 tokens took 7.37 GiB; the estimate is above by less than 5 %", () => {
    const model = modelWith("nemotron-3-nano-30b-a3b", { requirements: [], attentionHeads: 32 });
    const { size } = sized(sizeAt(model, "H200", 262_144, 4));
    expect(size.weightsGiB).toBe(58.91);
    expect(size.kvCacheGiB).toBe(6.31);
    const published = (4 * 7.37) / 4.82;
    expect((size.kvCacheGiB ?? 0) / published).toBeGreaterThan(1);
    expect((size.kvCacheGiB ?? 0) / published).toBeLessThan(1.05);
  });

  test("Llama-3.1-405B FP8 took 57.75 GiB of each of eight H100", () => {
    const model = weighing("saul-7b-instruct", 462, {
      attentionHeads: 128,
      attention: { kind: "gqa", layers: 126, kvHeads: 8, headDim: 128 },
    });
    const { gpus, size } = sized(sizeAt(model, "H100", 8_192, 1));
    expect([gpus, size.weightsGiB]).toEqual([8, 57.75]);
  });

  test("MedGemma: five layers grow, the window of the others is a fixed share", () => {
    const model = modelWith("medgemma-1-5-4b-it", { requirements: [] });
    expect(sized(sizeAt(model, "L40S", 16_384, 8)).size.kvCacheGiB).toBe(
      Math.round((((20_480 * 16_384 + 121_634_816) * 8 * 1.02) / 2 ** 30) * 100) / 100,
    );
  });
});

describe("a vendor's requirement", () => {
  const nemotron = modelWith("nemotron-3-nano-30b-a3b");

  test("counts before any estimate", () => {
    expect(sizeAt(nemotron, "H100", 32_768, 4)).toEqual({
      fits: true,
      gpus: 1,
      size: {
        weightsGiB: 58.91,
        kvCacheGiB: null,
        overheadGiB: null,
        basis: "vendor",
        required: 80,
        available: 80,
        evidence: "vendor",
      },
    });
  });

  test.each([
    ["B300", nemotron, "not on the vendor's list (H100, H200, B200, A100-80)"],
    [
      "H100",
      modelWith("nemotron-3-nano-30b-a3b", { requirements: [{ gpuMemoryGB: 96, gpuCount: 1, kinds: "any" }] }),
      "80 GB is below the vendor's 96 GB",
    ],
    ["T4", nemotron, "compute capability 7.5 is below the 8 that bf16 needs"],
  ] as const)("%s is refused with the reason", (kind, model, reason) => {
    expect(sizeAt(model, kind, 32_768, 4)).toEqual({ fits: false, reason });
  });

  test("that names no kinds takes every GPU with the memory and the capability", () => {
    const model = modelWith("proteinmpnn");
    const kinds = Object.values(accelerators).map(({ kind }) => kind);
    expect(kinds.filter((kind) => !sizeAt(model, kind, null, 1).fits)).toEqual([]);
  });
});

test("without a requirement and without the architecture there is no size", () => {
  expect(sizeAt(modelWith("fin-r1", { attentionHeads: null }), "H100", 1_024, 1)).toEqual({
    fits: false,
    reason: "neither a vendor requirement nor the numbers of its architecture are known",
  });
});

describe("for any model", () => {
  const kvHeads = fc.constantFrom(1, 2, 4, 8, 32);
  const headDim = fc.constantFrom(64, 128, 256);
  const layers = fc.integer({ min: 1, max: 126 });
  const attentions: fc.Arbitrary<Attention> = fc.oneof(
    fc.record({ kind: fc.constant("gqa" as const), layers, kvHeads, headDim }),
    fc.record({
      kind: fc.constant("nas" as const),
      blocks: fc.constant(126),
      attentionLayers: layers,
      kvHeads,
      headDim,
    }),
    fc.record({
      kind: fc.constant("sliding-window" as const),
      globalLayers: layers,
      slidingLayers: layers,
      window: fc.constantFrom(1_024, 4_096),
      kvHeads,
      headDim,
    }),
    fc.record({
      kind: fc.constant("mla" as const),
      layers,
      kvLoraRank: fc.constantFrom(256, 512),
      ropeDim: fc.constant(64),
    }),
    fc.record({
      kind: fc.constant("mamba-hybrid" as const),
      attentionLayers: layers,
      kvHeads,
      headDim,
      mamba: fc.record({
        layers,
        heads: fc.constantFrom(64, 128),
        headDim: fc.constantFrom(64, 80),
        stateSize: fc.constant(128),
        groups: fc.constant(8),
        convKernel: fc.constant(4),
        stateBytes: fc.constantFrom(2 as const, 4 as const),
      }),
    }),
  );
  const models = fc.record({
    precisions: fc
      .double({ min: 0.1, max: 400, noNaN: true })
      .map((weightsGiB) => [{ precision: "bf16" as const, weightsGiB, minComputeCapability: 8 }]),
    attentionHeads: fc.constantFrom(8, 12, 28, 32, 64, 128),
    headDim: fc.constantFrom(64, 128, 256),
    attention: fc.option(attentions),
  });
  const gpu: fc.Arbitrary<Accelerator> = fc.constantFrom(...Object.values(accelerators));
  const tokens = fc.integer({ min: 1, max: 262_144 });
  const requests = fc.integer({ min: 1, max: 256 });
  const fitOf = (changes: Partial<Model>, kind: Accelerator, context: number, concurrency: number) =>
    sizeOn(modelWith("fin-r1", changes), runtimes.vllm, { context, concurrency }, kind);

  test("a fit never requires more than is available, and its parts are its sum", () => {
    fc.assert(
      fc.property(models, gpu, tokens, requests, (changes, kind, context, concurrency) => {
        const fit = fitOf(changes, kind, context, concurrency);
        fc.pre(fit.fits);
        const { weightsGiB, kvCacheGiB, overheadGiB, required, available } = sized(fit).size;
        expect(required).toBeLessThanOrEqual(available);
        expect(Math.abs((weightsGiB ?? 0) + (kvCacheGiB ?? 0) + (overheadGiB ?? 0) - required)).toBeLessThan(0.02);
      }),
    );
  });

  test("more context or more requests never need fewer GPUs, nor less memory on as many, nor begin to fit", () => {
    fc.assert(
      fc.property(
        models,
        gpu,
        tokens,
        tokens,
        requests,
        requests,
        (changes, kind, context, more, concurrency, also) => {
          const small = fitOf(changes, kind, context, concurrency);
          const large = fitOf(changes, kind, context + more, concurrency + also);
          if (!large.fits) return;
          const [less, larger] = [sized(small), sized(large)];
          expect(larger.gpus).toBeGreaterThanOrEqual(less.gpus);
          if (larger.gpus === less.gpus) expect(larger.size.required).toBeGreaterThanOrEqual(less.size.required);
        },
      ),
    );
  });

  test("more memory never loses a fit", () => {
    fc.assert(
      fc.property(models, gpu, tokens, requests, (changes, kind, context, concurrency) => {
        const fit = fitOf(changes, kind, context, concurrency);
        const larger = { ...kind, reportedMiB: kind.reportedMiB + 4_096 };
        expect(fitOf(changes, larger, context, concurrency).fits || !fit.fits).toBe(true);
      }),
    );
  });
});
