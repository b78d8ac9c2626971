import type { Accelerator, Adapter, Model, Runtime } from "../catalogue/types/index.ts";
import { sequenceMemory, servedOffer } from "./attention.ts";
import { compiledRank } from "./customisation.ts";
import type { SizePlan } from "./types.ts";

/** What one replica has to hold. */
export interface Ask {
  /** Tokens per request; null where the model has no context. */
  readonly context: number | null;
  /** Requests at full context at once. */
  readonly concurrency: number;
  /** LoRA adapters beside the weights. Default: none. */
  readonly adapters?: readonly Adapter[];
}

export type Fit =
  | { readonly fits: true; readonly gpus: number; readonly size: SizePlan }
  | { readonly fits: false; readonly reason: string };

const GiB = 2 ** 30;
const MiB = 2 ** 20;
const round = (value: number) => Math.round(value * 100) / 100;

/**
 * Constants of the estimate. Source: aiconfigurator's vLLM backend, checked against published logs.
 */
const estimate = {
  parallelDegrees: [1, 2, 4, 8],
  /** Tokens that one engine step batches. */
  batchedTokens: 8_192,
  /** Bytes of activation per batched token and hidden unit, halved, by parallel degree; dense models. */
  activationFactor: { 1: 11, 2: 6.5, 4: 5, 8: 5 } as Readonly<Record<number, number>>,
  leastActivationBytes: 70 * MiB,
  /** Communication buffers by parallel degree. */
  ncclBytes: { 1: 0, 2: 342 * MiB, 4: 392 * MiB, 8: 392 * MiB } as Readonly<Record<number, number>>,
  /** Everything else the process takes: reserve of the source. */
  otherBytes: 3.5 * GiB,
  /** CUDA graphs took 0.85 to 1.39 GiB in published logs; vLLM subtracts them since 0.21. */
  graphBytes: 1.39 * GiB,
  kvTolerance: 1.02,
  /**
   * Inputs and outputs of a layer's linear parts, in hidden sizes: 25 with the numbers of Qwen2.5 7B, 20 with those of Llama 3 8B. The
   * engine reserves as many rows for each adapter as the largest has, in every layer, and once more for the first one's second name.
   */
  adapterWidths: 25,
} as const;

/** Bytes of cache on each GPU for the asked sequences, at 16 bits. */
function kvCacheBytes(model: Model, ask: Ask, gpus: number): number {
  if (model.attention === null || ask.context === null) return 0;
  const { perToken, fixed } = sequenceMemory(model.attention, gpus, ask.context);
  return (perToken * ask.context + fixed) * ask.concurrency * estimate.kvTolerance;
}

/** Bytes that the engine reserves for adapters at 16 bits; nothing where the model's layers are not known. */
function adapterBytes(
  { attention, layers, attentionHeads, headDim, hiddenSize }: Model,
  { adapters = [] }: Ask,
): number {
  const depth = layers ?? (attention && "layers" in attention ? attention.layers : 0);
  const width = hiddenSize ?? (attentionHeads ?? 0) * (headDim ?? 0);
  if (adapters.length === 0) return 0;
  return (adapters.length + 1) * compiledRank(adapters) * estimate.adapterWidths * width * depth * 2;
}

/** Whether heads can be dealt out evenly: an engine splits them, or copies those of keys and values. */
function splits({ attention, attentionHeads }: Model, gpus: number): boolean {
  const kvHeads = attention && "kvHeads" in attention ? attention.kvHeads : gpus;
  return (attentionHeads ?? 0) % gpus === 0 && (kvHeads % gpus === 0 || gpus % kvHeads === 0);
}

/** Sizes one replica on GPUs of a kind: the vendor's requirement where there is one, else the sum of its parts. */
export function sizeOn(model: Model, runtime: Runtime, ask: Ask, gpu: Accelerator): Fit {
  const { precision, minComputeCapability } = servedOffer(model);
  if (gpu.computeCapability < minComputeCapability) {
    return {
      fits: false,
      reason: `compute capability ${gpu.computeCapability} is below the ${minComputeCapability} that ${precision} needs`,
    };
  }
  return model.requirements.length === 0 ? estimateOn(model, runtime, ask, gpu) : requireOn(model, gpu);
}

function requireOn(model: Model, gpu: Accelerator): Fit {
  const listed = model.requirements.filter(({ kinds }) => kinds === "any" || kinds.includes(gpu.kind));
  if (listed.length === 0) {
    const kinds = new Set(model.requirements.flatMap((one) => one.kinds));
    return { fits: false, reason: `not on the vendor's list (${[...kinds].join(", ")})` };
  }
  const [requirement] = listed
    .filter(({ gpuMemoryGB }) => gpuMemoryGB <= gpu.nominalGB)
    .toSorted((a, b) => a.gpuCount - b.gpuCount);
  if (!requirement) {
    const least = Math.min(...listed.map(({ gpuMemoryGB }) => gpuMemoryGB));
    return { fits: false, reason: `${gpu.nominalGB} GB is below the vendor's ${least} GB` };
  }
  return {
    fits: true,
    gpus: requirement.gpuCount,
    size: {
      weightsGiB: servedOffer(model).weightsGiB,
      kvCacheGiB: null,
      overheadGiB: null,
      basis: "vendor",
      required: requirement.gpuMemoryGB,
      available: gpu.nominalGB,
      evidence: model.evidence,
    },
  };
}

function estimateOn(model: Model, runtime: Runtime, ask: Ask, gpu: Accelerator): Fit {
  const { attentionHeads, headDim } = model;
  const { weightsGiB } = servedOffer(model);
  if (weightsGiB === null || attentionHeads === null || headDim === null) {
    return { fits: false, reason: "neither a vendor requirement nor the numbers of its architecture are known" };
  }
  const available = gpu.reportedMiB * MiB * runtime.memoryShare;
  let least = Number.POSITIVE_INFINITY;
  for (const gpus of estimate.parallelDegrees) {
    if (!splits(model, gpus)) continue;
    const weights = (weightsGiB * GiB) / gpus;
    const kvCache = kvCacheBytes(model, ask, gpus);
    const activation = Math.max(
      estimate.leastActivationBytes,
      2 * estimate.batchedTokens * attentionHeads * headDim * (estimate.activationFactor[gpus] ?? 11),
    );
    const overhead =
      activation +
      (estimate.ncclBytes[gpus] ?? 0) +
      estimate.otherBytes +
      estimate.graphBytes +
      adapterBytes(model, ask);
    const required = weights + kvCache + overhead;
    least = Math.min(least, required);
    if (required > available) continue;
    return {
      fits: true,
      gpus,
      size: {
        weightsGiB: round(weights / GiB),
        kvCacheGiB: round(kvCache / GiB),
        overheadGiB: round(overhead / GiB),
        basis: "parts",
        required: round(required / GiB),
        available: round(available / GiB),
        evidence: model.evidence === "unverified" ? "unverified" : "estimated",
      },
    };
  }
  return {
    fits: false,
    reason: `needs ${round(least / GiB)} GiB of each GPU at best, ${round(available / GiB)} GiB are usable`,
  };
}
