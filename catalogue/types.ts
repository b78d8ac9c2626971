/** How a figure is known. A plan shows the weakest class that it rests on. */
export type Evidence = "measured" | "vendor" | "estimated" | "unverified";

/** Where a row's facts were read. Every row has it. */
export interface Sourced {
  /** Public documents or `owner/repo path` references. At least one. */
  readonly sources: readonly string[];
  readonly evidence: Evidence;
  /** Day the facts were read, ISO 8601. */
  readonly read: string;
}

export type AcceleratorKind =
  | "T4"
  | "A10G"
  | "L4"
  | "L40S"
  | "RTX-PRO-6000"
  | "A100-40"
  | "A100-80"
  | "H100"
  | "H200"
  | "B200"
  | "B300";

/** A GPU model. */
export interface Accelerator extends Sourced {
  readonly kind: AcceleratorKind;
  readonly product: string;
  /** CUDA compute capability, for example 8.9. */
  readonly computeCapability: number;
  /** The figure vendors state requirements in, GB. */
  readonly nominalGB: number;
  /** What the driver reports, MiB: the figure that models have to fit in. */
  readonly reportedMiB: number;
}

/** A cloud instance type with GPUs. */
export interface InstanceType {
  readonly name: string;
  readonly accelerator: AcceleratorKind;
  readonly gpuCount: number;
  readonly vcpu: number;
  readonly memoryGiB: number;
  /** What pods can ask for, after the kubelet's and the system's share (estimate of Karpenter). */
  readonly allocatable: { readonly cpuMilli: number; readonly memoryMiB: number };
  readonly localNvmeGB: number;
  readonly maxPods: number;
  readonly architecture: "amd64" | "arm64";
  /** On-Demand price, US dollars per hour, Linux, us-east-1; null where none is published. */
  readonly usdPerHour: number | null;
}

/** Secrets that a plan can ask for, by their key under `polymath:secrets`. */
export type CredentialId = "ngc" | "hugging-face";

export interface Probe {
  readonly path: string;
}

/** A serving runtime: what a container of it needs and offers. */
export interface Runtime extends Sourced {
  readonly id: RuntimeId;
  readonly title: string;
  /** Container port of the HTTP API. */
  readonly port: number;
  readonly health: { readonly startup: Probe; readonly readiness: Probe; readonly liveness: Probe };
  /** Whether it answers its health paths with 503 while the model loads; else nothing listens until then. */
  readonly listensWhileLoading: boolean;
  /** User the image runs as. */
  readonly uid: number;
  readonly gid: number;
  /** Paths besides the weight store that the process writes to; each becomes an emptyDir. */
  readonly writablePaths: readonly string[];
  /** Whether the root file system can be read-only; false needs a reason. */
  readonly readOnlyRoot:
    | { readonly value: true }
    | { readonly value: false; readonly reason: string; readonly source: string };
  /** Where the weight store is mounted unless the model says otherwise, and the variables that name it. */
  readonly cache: { readonly path: string; readonly env: readonly string[] };
  /** Environment variables with fixed values. */
  readonly env: Readonly<Record<string, string>>;
  /** How the names under which the model answers are handed over. */
  readonly servedNames: { readonly arg: string } | { readonly env: string };
  /** How the longest context and the share of GPU memory are handed over. */
  readonly limits: {
    readonly context: { readonly arg: string } | { readonly env: string };
    readonly memoryShare: { readonly arg: string } | { readonly env: string } | null;
    readonly tensorParallel: { readonly arg: string } | { readonly env: string } | null;
  };
  /** Argument that names the weights, where the image is not bound to one model. */
  readonly modelArg: string | null;
  readonly revisionArg: string | null;
  /** Share of total GPU memory that the engine takes. */
  readonly memoryShare: number;
  /** Store access modes that the runtime can read weights from, best first. */
  readonly stores: readonly StoreAccess[];
  /** Memory-backed /dev/shm, GiB, where the model states none. */
  readonly shmGiB: number;
  readonly architectures: readonly InstanceType["architecture"][];
}

export type RuntimeId = "nim" | "vllm";
export type StoreAccess = "posix-rw";

/** Attention that grows a key-value cache with each token. All numbers are for the whole model, at 16 bits. */
export interface KvCache {
  /** Layers whose cache grows with the context. */
  readonly growingLayers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Bytes of one sequence that do not grow: sliding windows, Mamba states. */
  readonly fixedBytesPerSequence: number;
}

export type ApiKind = "chat" | "embeddings" | "rest";

/** Facts about weights and architecture. No deployment choices. */
export interface Model extends Sourced {
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  readonly runtime: RuntimeId;
  readonly image: { readonly repository: string; readonly tag: string };
  /** Repository on Hugging Face; null where the image brings or fetches the weights itself. */
  readonly huggingFace: string | null;
  readonly licences: readonly LicenceId[];
  /** Credentials that a pull of the image or the weights needs. */
  readonly credentials: readonly CredentialId[];
  /** Credential that the image pull needs; null for anonymous pulls. */
  readonly imagePullCredential: CredentialId | null;
  /** Billions; null where not published. */
  readonly parametersB: number | null;
  /** Size of the weights in GPU memory, GiB; null where not published. */
  readonly weightsGiB: number | null;
  readonly attentionHeads: number | null;
  readonly headDim: number | null;
  /** null: no cache (encoders, non-language models) or architecture not published. */
  readonly kvCache: KvCache | null;
  /** Longest context, tokens; null where the notion does not apply. */
  readonly maxContext: number | null;
  /** Least CUDA compute capability that the precision on offer needs. */
  readonly minComputeCapability: number;
  /** The vendor's published requirement; it counts before any estimate. */
  readonly requirement: GpuRequirement | null;
  /** Space of weights and engine caches on disk, GiB. */
  readonly diskGiB: number;
  /** Host memory, GiB; null where not published. */
  readonly memoryGiB: number | null;
  /** CPU cores; null where not published. */
  readonly cpu: number | null;
  readonly shmGiB: number | null;
  readonly cachePath: string | null;
  readonly api: { readonly kind: ApiKind; readonly paths: readonly string[] };
  readonly notes: string;
}

export interface GpuRequirement {
  /** GB in the vendor's words. */
  readonly gpuMemoryGB: number;
  readonly gpuCount: number;
  /** Kinds the vendor lists; "any" where only memory and capability are stated. */
  readonly kinds: readonly AcceleratorKind[] | "any";
}

/** A deployable: what a route serves. Defaults that a stack file can override. */
export interface SpecialistRow {
  /** Public name: the `model` of a request, unique in the catalogue, a DNS label. */
  readonly name: string;
  readonly model: string;
  /** Tokens per request that must fit; null where the model has no context. */
  readonly context: number | null;
  /** Requests at full context that must fit in GPU memory at once. */
  readonly concurrency: number;
  readonly replicas: number;
  /** Revision of the weights, where known; "unresolved" is marked so in the lock. */
  readonly revision: string;
}

export type LicenceId =
  | "apache-2.0"
  | "mit"
  | "hai-def"
  | "llama-3.2-community"
  | "nvidia-ai-product-agreement"
  | "nvidia-nemotron-open-model";

export interface Licence extends Sourced {
  readonly id: LicenceId;
  readonly title: string;
  readonly commercialUse: "yes" | "no" | "conditional";
  /** True: deploys only where the stack lists it under `polymath:governance.acceptLicences`. */
  readonly needsAcceptance: boolean;
}

export type DataClass = "public" | "internal" | "confidential" | "personal" | "health";

/** A domain: a list of specialists with a governance class. */
export interface Bundle {
  readonly id: string;
  /** Family names that select the same bundle. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly specialists: readonly string[];
  /** Data that may be sent to it. */
  readonly dataClasses: readonly DataClass[];
}

/** Everything the planner may know. */
export interface Catalogue {
  readonly accelerators: Readonly<Record<AcceleratorKind, Accelerator>>;
  readonly instances: readonly InstanceType[];
  readonly instanceSource: Sourced & { readonly region: string; readonly priceDate: string };
  readonly runtimes: Readonly<Record<RuntimeId, Runtime>>;
  readonly licences: Readonly<Record<LicenceId, Licence>>;
  readonly models: ReadonlyMap<string, Model>;
  readonly specialists: ReadonlyMap<string, SpecialistRow>;
  readonly bundles: ReadonlyMap<string, Bundle>;
}
