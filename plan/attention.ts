import type { Attention, Model, PrecisionOffer } from "../catalogue/types/index.ts";

/** Bytes of a cached value at 16 bits. */
const bytesPerValue = 2;

const perLayer = (heads: number, headDim: number) => 2 * heads * headDim * bytesPerValue;

/** What one sequence keeps on each GPU. */
export interface SequenceMemory {
  /** Bytes for each token of context. */
  readonly perToken: number;
  /** Bytes whatever its length. */
  readonly fixed: number;
}

/**
 * Bytes that one sequence keeps on each of the GPUs that share a model. A GPU holds whole key-value heads, one at least; the latent
 * vectors of MLA are whole on every GPU.
 * @param context tokens; a sliding window is no larger than it.
 */
export function sequenceMemory(attention: Attention, gpus: number, context: number): SequenceMemory {
  const headsOf = (kvHeads: number) => Math.max(1, kvHeads / gpus);
  switch (attention.kind) {
    case "gqa":
      return { perToken: attention.layers * perLayer(headsOf(attention.kvHeads), attention.headDim), fixed: 0 };
    case "nas":
      return {
        perToken: attention.attentionLayers * perLayer(headsOf(attention.kvHeads), attention.headDim),
        fixed: 0,
      };
    case "sliding-window": {
      const layer = perLayer(headsOf(attention.kvHeads), attention.headDim);
      const window = Math.min(attention.window, context);
      return { perToken: attention.globalLayers * layer, fixed: attention.slidingLayers * layer * window };
    }
    case "mla":
      return { perToken: attention.layers * (attention.kvLoraRank + attention.ropeDim) * bytesPerValue, fixed: 0 };
    case "mamba-hybrid":
      return {
        perToken: attention.attentionLayers * perLayer(headsOf(attention.kvHeads), attention.headDim),
        fixed: mambaStateBytes(attention.mamba) / gpus,
      };
  }
}

/** Bytes of one sequence's state in all Mamba-2 layers: the state itself, and the last inputs of the convolution at 16 bits. */
export function mambaStateBytes(mamba: Extract<Attention, { kind: "mamba-hybrid" }>["mamba"]): number {
  const inner = mamba.heads * mamba.headDim;
  const state = inner * mamba.stateSize * mamba.stateBytes;
  const convolution = (inner + 2 * mamba.groups * mamba.stateSize) * (mamba.convKernel - 1) * bytesPerValue;
  return mamba.layers * (state + convolution);
}

/** The offer that the row's image and repository serve. @throws Error for a row whose precision is none of its offers. */
export function servedOffer({ id, precision, precisions }: Model): PrecisionOffer {
  const offer = precisions.find((one) => one.precision === precision);
  if (!offer) throw new Error(`Model ${id} of the catalogue serves ${precision}, which is none of its precisions.`);
  return offer;
}
