import type { CredentialId, Evidence, LicenceId, Newer, Sourced } from "./common.ts";
import type { AcceleratorKind, Architecture } from "./hardware.ts";
import type { RuntimeId } from "./runtime.ts";

/** How attention keeps what it has read. Numbers of the whole model, not of one GPU. */
export type Attention =
  /** Every layer caches each token for each key-value head. */
  | { readonly kind: "gqa"; readonly layers: number; readonly kvHeads: number; readonly headDim: number }
  /** Blocks found by architecture search: only some of them have attention. */
  | {
      readonly kind: "nas";
      readonly blocks: number;
      readonly attentionLayers: number;
      readonly kvHeads: number;
      readonly headDim: number;
    }
  /** Some layers cache everything, the others only the last `window` tokens. */
  | {
      readonly kind: "sliding-window";
      readonly globalLayers: number;
      readonly slidingLayers: number;
      readonly window: number;
      readonly kvHeads: number;
      readonly headDim: number;
    }
  /** Multi-head latent attention: one compressed vector a token and layer, whole on every GPU. */
  | { readonly kind: "mla"; readonly layers: number; readonly kvLoraRank: number; readonly ropeDim: number }
  /** Few attention layers between Mamba-2 layers, whose state does not grow with the context. */
  | {
      readonly kind: "mamba-hybrid";
      readonly attentionLayers: number;
      readonly kvHeads: number;
      readonly headDim: number;
      readonly mamba: {
        readonly layers: number;
        readonly heads: number;
        readonly headDim: number;
        readonly stateSize: number;
        readonly groups: number;
        /** Width of the convolution. */
        readonly convKernel: number;
        /** Bytes of one value of the state: 4 unless the engine is told otherwise. */
        readonly stateBytes: 2 | 4;
      };
    };

/** Format of the weights' numbers; "mixed" where the publisher mixes several. */
export type Precision = "fp32" | "fp16" | "bf16" | "fp8" | "nvfp4" | "w4a16" | "mixed";

/** One precision in which the weights can be had. */
export interface PrecisionOffer {
  readonly precision: Precision;
  /** Size of the weights in GPU memory, GiB; null where not published. */
  readonly weightsGiB: number | null;
  /** Least CUDA compute capability that it needs. */
  readonly minComputeCapability: number;
}

/** What is spoken: OpenAI's API, NVIDIA's ranking beside it, or an HTTP API of the image's own. */
export type ApiKind = "chat" | "embeddings" | "rerank" | "rest";
export type Modality = "text" | "image" | "video" | "audio" | "action" | "structure" | "sequence" | "field" | "table";

/** One set of GPUs that the vendor states to be enough. */
export interface GpuRequirement {
  /** Of each GPU, GB in the vendor's words. */
  readonly gpuMemoryGB: number;
  readonly gpuCount: number;
  /** Kinds the vendor lists; "any" where only memory and capability are stated. */
  readonly kinds: readonly AcceleratorKind[] | "any";
}

/** Facts about weights and architecture. No deployment choices. */
export interface Model extends Sourced {
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  readonly runtime: RuntimeId;
  readonly image: { readonly repository: string; readonly tag: string };
  /** Of the image; null: those of the runtime. */
  readonly architectures: readonly Architecture[] | null;
  /** Repository on Hugging Face; null where the image brings or fetches the weights itself. */
  readonly huggingFace: string | null;
  readonly licences: readonly LicenceId[];
  /** Whether weights or image need a credential; null: not checked. */
  readonly gated: boolean | null;
  /** Credentials that a pull of the image or the weights needs. */
  readonly credentials: readonly CredentialId[];
  /** Credential that the image pull needs; null for anonymous pulls. */
  readonly imagePullCredential: CredentialId | null;
  /** Billions; null where not published. */
  readonly parametersB: number | null;
  /** Billions that one token passes through; null where not published. */
  readonly activeParametersB: number | null;
  /** The one that this image and repository serve; one of `precisions`. */
  readonly precision: Precision;
  /** Every precision that the publisher offers. */
  readonly precisions: readonly PrecisionOffer[];
  readonly layers: number | null;
  readonly hiddenSize: number | null;
  /** Query heads. */
  readonly attentionHeads: number | null;
  readonly headDim: number | null;
  /** null: no cache (encoders, non-language models) or architecture not published. */
  readonly attention: Attention | null;
  /** Longest context, tokens; null where the notion does not apply or is not published. */
  readonly maxContext: number | null;
  readonly modalities: { readonly input: readonly Modality[]; readonly output: readonly Modality[] };
  /** ISO 639-1 codes; empty where language does not matter or is not published. */
  readonly languages: readonly string[];
  /** Form of a chat's text that settings with a system prompt are written in; null: not known. */
  readonly chatFormat: "chatml" | null;
  /** The vendor's published requirements, each enough by itself; they count before any estimate. */
  readonly requirements: readonly GpuRequirement[];
  /** Space of weights and engine caches. */
  readonly disk: { readonly GiB: number; readonly evidence: Evidence };
  /** Host memory, GiB; null where not published. */
  readonly memoryGiB: number | null;
  /** CPU cores; null where not published. */
  readonly cpu: number | null;
  // null in the next five: as the runtime does.
  /** Memory-backed /dev/shm, GiB. */
  readonly shmGiB: number | null;
  /** Where the image keeps weights. */
  readonly cachePath: string | null;
  readonly port: number | null;
  readonly healthPath: string | null;
  /** User the image runs as. */
  readonly uid: number | null;
  /** Arguments and variables that this model needs beside the runtime's. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Longest published start, seconds; null where none is published. */
  readonly startupSeconds: number | null;
  readonly api: {
    readonly kind: ApiKind;
    /** Paths of inference. One that ends in `/*` stands for everything below it. */
    readonly paths: readonly string[];
  };
  readonly newer: Newer;
  readonly notes: string;
}
