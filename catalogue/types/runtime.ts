import type { Sourced } from "./common.ts";
import type { Architecture } from "./hardware.ts";
import type { ApiKind } from "./model.ts";

/** Serving runtimes. External providers are no runtime: nothing of theirs runs in the cluster. */
export type RuntimeId = "nim-1" | "nim-2" | "vllm" | "sglang" | "triton" | "custom";

/** How a runtime can read weights. */
export type StoreAccess = "posix-rw" | "posix-ro" | "stream";

/** An HTTP GET on the runtime's port. */
export interface Probe {
  readonly path: string;
}

/** A value is handed to a container by an argument or by an environment variable. */
export type Handover = { readonly arg: string } | { readonly env: string };

/** A serving runtime: what a container of it needs and offers. */
export interface Runtime extends Sourced {
  readonly id: RuntimeId;
  readonly title: string;
  /** Image that serves any weights, for models of a stack's own that name none; null: each names its own. */
  readonly image: { readonly repository: string; readonly tag: string } | null;
  /** What it speaks on its port. */
  readonly protocol: "http";
  /** Container port of the HTTP API. */
  readonly port: number;
  readonly health: { readonly startup: Probe; readonly readiness: Probe; readonly liveness: Probe };
  /** Whether it answers its health paths with 503 while the model loads; else nothing listens until then. */
  readonly listensWhileLoading: boolean;
  /** User and group the image runs as. */
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
  /** Arguments that come first; empty where the image starts its server by itself. */
  readonly args: readonly string[];
  /** Environment variables with fixed values. */
  readonly env: Readonly<Record<string, string>>;
  /** APIs that it can serve, and the arguments that each asks for. */
  readonly apis: Readonly<Partial<Record<ApiKind, readonly string[]>>>;
  /** Whether images of it differ in port, health path, user and variables, so that a stack's own model can say its own. */
  readonly isOpen: boolean;
  /** How the names under which the model answers are handed over; null: it has no names. */
  readonly servedNames: Handover | null;
  /** Whether it refuses requests for other names than those; else it is handed the first alone, and answers to all. */
  readonly checksNames: boolean;
  /** How the longest context, the share of GPU memory and the number of GPUs are handed over; null: it is not told. */
  readonly limits: {
    readonly context: Handover | null;
    readonly memoryShare: Handover | null;
    readonly tensorParallel: Handover | null;
  };
  /** Where it loads weights from: a repository on Hugging Face, one of its own kind that somebody brings, or as its image knows. */
  readonly loads: "hugging-face" | "model-repository" | "image";
  /** Argument that names the weights, where the image is not bound to one model. */
  readonly modelArg: string | null;
  readonly revisionArg: string | null;
  /** Argument that would move its port; null: it has none. */
  readonly portArg: string | null;
  /** How a specialist's adapters are handed over; null: the runtime takes none. */
  readonly adapters: {
    /** Arguments that switch adapters on. */
    readonly enable: readonly string[];
    /** Takes one `name=source` for each adapter. */
    readonly modulesArg: string;
    readonly maxRankArg: string;
    readonly maxCountArg: string;
  } | null;
  /** How a specialist's settings are handed over; null: the runtime takes none. */
  readonly settings: {
    /** Takes the defaults of generation as JSON. */
    readonly generationArg: string;
    /** Takes a Jinja template. */
    readonly chatTemplateArg: string;
  } | null;
  /** What its containers fetch from the internet where no repository is named; null: nothing. */
  readonly fetches: string | null;
  /** Share of total GPU memory that the engine takes. */
  readonly memoryShare: number;
  /** Store access modes that the runtime can read weights from, best first. */
  readonly stores: readonly StoreAccess[];
  /** Memory-backed /dev/shm, GiB, where the model states none. */
  readonly shmGiB: number;
  /** Of its images. */
  readonly architectures: readonly Architecture[];
}
