import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { mambaStateBytes, sequenceMemory, servedOffer } from "../../../plan/attention.ts";
import { modelWith } from "./support.ts";

/** What one sequence of so many tokens keeps on each GPU. */
function memoryOf(id: string, gpus: number, context: number) {
  const { attention } = modelWith(id);
  if (attention === null) throw new Error(`${id} has no attention`);
  return sequenceMemory(attention, gpus, context);
}

describe("bytes per token and sequence are those that publishers' numbers give", () => {
  test.each([
    ["fin-r1", 57_344, 0],
    ["saul-7b-instruct", 131_072, 0],
    ["nemotron-3-nano-30b-a3b", 6_144, 49_082_368],
    // Gemma 3: 29 layers of 4,096 bytes a token, which stop at 1,024 tokens.
    ["medgemma-1-5-4b-it", 20_480, 121_634_816],
  ])("%s", (id, perToken, fixed) => {
    expect(memoryOf(id, 1, 32_768)).toEqual({ perToken, fixed });
  });

  test("a Mamba state kept at 16 bits is smaller by half of its values", () => {
    const { attention } = modelWith("nemotron-3-nano-30b-a3b");
    if (attention?.kind !== "mamba-hybrid") throw new Error("no hybrid");
    expect(mambaStateBytes({ ...attention.mamba, stateBytes: 2 })).toBe(24_965_120);
  });

  test("latent attention is whole on every GPU, NAS counts the blocks that have attention", () => {
    const mla = { kind: "mla", layers: 36, kvLoraRank: 256, ropeDim: 64 } as const;
    expect([1, 4].map((gpus) => sequenceMemory(mla, gpus, 1_000).perToken)).toEqual([23_040, 23_040]);
    const nas = { kind: "nas", blocks: 80, attentionLayers: 49, kvHeads: 8, headDim: 128 } as const;
    expect(sequenceMemory(nas, 1, 1_000)).toEqual({ perToken: 200_704, fixed: 0 });
  });
});

test("a GPU holds one head at least, and a window is no longer than the context", () => {
  expect(memoryOf("fin-r1", 8, 1_000).perToken).toBe(28 * 2 * 1 * 128 * 2);
  expect(memoryOf("medgemma-1-5-4b-it", 1, 512).fixed).toBe(121_634_816 / 2);
});

test("every row serves one of the precisions on offer", () => {
  expect([...catalogue.models.values()].map((row) => servedOffer(row).precision)).toEqual(
    [...catalogue.models.values()].map(({ precision }) => precision),
  );
  expect(() => servedOffer(modelWith("fin-r1", { precision: "fp8" }))).toThrow(
    new Error("Model fin-r1 of the catalogue serves fp8, which is none of its precisions."),
  );
});
