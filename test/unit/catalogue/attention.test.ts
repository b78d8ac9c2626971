import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { Attention } from "../../../catalogue/types/index.ts";
import { mambaStateBytes, sequenceMemory } from "../../../plan/attention.ts";

/** Longer than every window. */
const context = 131_072;

/** @throws Error for a row that is missing or caches nothing. */
function attentionOf(id: string): Attention {
  const attention = catalogue.models.get(id)?.attention;
  if (!attention) throw new Error(`${id} has no attention`);
  return attention;
}

/** Bytes of one sequence on one GPU at 16 bits, as the publishers' configurations give them. */
const growing: readonly (readonly [id: string, kind: Attention["kind"], perToken: number])[] = [
  ["cosmos-reason2-8b", "gqa", 147_456],
  ["eurollm-22b-instruct", "gqa", 229_376],
  ["fin-r1", "gqa", 57_344],
  ["llama-3-2-1b-instruct", "gqa", 32_768],
  ["llama-3-3-nemotron-super-49b-v1-5", "nas", 200_704],
  ["llama-open-finance-8b", "gqa", 131_072],
  ["ministral-3-14b-instruct", "gqa", 163_840],
  ["mistral-small-4-119b", "mla", 23_040],
  ["nemoguard-content-safety-8b", "gqa", 131_072],
  ["nemoguard-topic-control-8b", "gqa", 131_072],
  ["open-insurance-llm-llama3-8b", "gqa", 131_072],
  ["qwen-sea-lion-v4-32b-it", "gqa", 262_144],
  ["saul-7b-instruct", "gqa", 131_072],
  ["saullm-141b-instruct", "gqa", 229_376],
];

describe("a cache that only grows, bytes per token", () => {
  test.each(growing)("%s (%s): %i", (id, kind, perToken) => {
    const attention = attentionOf(id);
    expect(attention.kind).toBe(kind);
    expect(sequenceMemory(attention, 1, context)).toEqual({ perToken, fixed: 0 });
  });
});

/** Bytes per token of the global layers, and of a full window in all the others. */
const windowed: readonly (readonly [id: string, perToken: number, window: number])[] = [
  ["gemma-sea-lion-v4-27b-it", 81_920, 436_207_616],
  ["medgemma-1-5-4b-it", 20_480, 121_634_816],
  ["medgemma-27b-it", 81_920, 436_207_616],
  ["nemotron-3-5-content-safety", 20_480, 121_634_816],
];

describe("a sliding window, bytes per token and of the window", () => {
  test.each(windowed)("%s: %i and %i", (id, perToken, window) => {
    const attention = attentionOf(id);
    expect(attention.kind).toBe("sliding-window");
    expect(sequenceMemory(attention, 1, context)).toEqual({ perToken, fixed: window });
  });
});

/** Bytes per token of the attention layers, and of the Mamba layers' state at 32 and at 16 bits. */
const hybrid: readonly (readonly [id: string, perToken: number, state32: number, state16: number])[] = [
  ["nemotron-3-nano-30b-a3b", 6_144, 49_082_368, 24_965_120],
  ["nemotron-3-nano-omni-30b-a3b", 6_144, 49_082_368, 24_965_120],
  ["nemotron-3-super-120b-a12b", 8_192, 170_229_760, 86_343_680],
  ["nemotron-3-ultra-550b-a55b", 12_288, 407_961_600, 206_635_008],
  ["nemotron-3-5-lightning-30b-a3b", 6_144, 49_082_368, 24_965_120],
  ["nemotron-nano-12b-v2-vl", 24_576, 148_865_024, 75_464_704],
  ["nemotron-nano-9b-v2-japanese", 16_384, 143_548_416, 72_769_536],
  ["nvidia-nemotron-nano-9b-v2", 16_384, 143_548_416, 72_769_536],
];

describe("a Mamba hybrid, bytes per token and of the state at 32 and 16 bits", () => {
  test.each(hybrid)("%s: %i, %i and %i", (id, perToken, state32, state16) => {
    const attention = attentionOf(id);
    if (attention.kind !== "mamba-hybrid") throw new Error(`${id} is no hybrid`);
    expect(sequenceMemory(attention, 1, context).perToken).toBe(perToken);
    expect(mambaStateBytes({ ...attention.mamba, stateBytes: 4 })).toBe(state32);
    expect(mambaStateBytes({ ...attention.mamba, stateBytes: 2 })).toBe(state16);
  });
});
