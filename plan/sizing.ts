import type { Accelerator, Model, Runtime } from "../catalogue/types.ts";
import type { SizePlan } from "./types.ts";

/** What one replica has to hold. */
export interface Ask {
  /** Tokens per request; null where the model has no context. */
  readonly context: number | null;
  /** Requests at full context at once. */
  readonly concurrency: number;
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
  bytesPerValue: 2,
} as const;

/** Bytes of cache on each GPU for the asked sequences, at 16 bits. */
function kvCacheBytes(model: Model, ask: Ask, gpus: number): number {
  const { kvCache } = model;
  if (kvCache === null || ask.context === null) return 0;
  const headsPerGpu = Math.max(1, kvCache.kvHeads / gpus);
  const perToken = kvCache.growingLayers * 2 * headsPerGpu * kvCache.headDim * estimate.bytesPerValue;
  const perSequence = perToken * ask.context + kvCache.fixedBytesPerSequence / gpus;
  return perSequence * ask.concurrency * estimate.kvTolerance;
}

/** Sizes one replica on GPUs of a kind: the vendor's requirement where there is one, else the sum of its parts. */
export function sizeOn(model: Model, runtime: Runtime, ask: Ask, gpu: Accelerator): Fit {
  if (gpu.computeCapability < model.minComputeCapability) {
    return {
      fits: false,
      reason: `compute capability ${gpu.computeCapability} is below the ${model.minComputeCapability} that its precision needs`,
    };
  }
  return model.requirement === null ? estimateOn(model, runtime, ask, gpu) : requireOn(model, gpu);
}

function requireOn(model: Model, gpu: Accelerator): Fit {
  const { requirement } = model;
  if (requirement === null) throw new Error(`${model.id} has no vendor requirement; size it by its parts`);
  if (requirement.kinds !== "any" && !requirement.kinds.includes(gpu.kind)) {
    return { fits: false, reason: `not on the vendor's list (${requirement.kinds.join(", ")})` };
  }
  if (gpu.nominalGB < requirement.gpuMemoryGB) {
    return { fits: false, reason: `${gpu.nominalGB} GB is below the vendor's ${requirement.gpuMemoryGB} GB` };
  }
  return {
    fits: true,
    gpus: requirement.gpuCount,
    size: {
      weightsGiB: model.weightsGiB,
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
  const { weightsGiB, attentionHeads, headDim } = model;
  if (weightsGiB === null || attentionHeads === null || headDim === null) {
    return { fits: false, reason: "neither a vendor requirement nor the numbers of its architecture are known" };
  }
  const available = gpu.reportedMiB * MiB * runtime.memoryShare;
  let least = Number.POSITIVE_INFINITY;
  for (const gpus of estimate.parallelDegrees) {
    if (attentionHeads % gpus !== 0) continue;
    const weights = (weightsGiB * GiB) / gpus;
    const kvCache = kvCacheBytes(model, ask, gpus);
    const activation = Math.max(
      estimate.leastActivationBytes,
      2 * estimate.batchedTokens * attentionHeads * headDim * (estimate.activationFactor[gpus] ?? 11),
    );
    const overhead = activation + (estimate.ncclBytes[gpus] ?? 0) + estimate.otherBytes + estimate.graphBytes;
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
        evidence: "estimated",
      },
    };
  }
  return {
    fits: false,
    reason: `needs ${round(least / GiB)} GiB of each GPU at best, ${round(available / GiB)} GiB are usable`,
  };
}
