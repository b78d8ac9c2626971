import { credentials } from "../catalogue/credentials.ts";
import type { Adapter, CredentialId, Handover, Model, Runtime, Settings } from "../catalogue/types/index.ts";
import { adapterArgs, locate, settingsArgs } from "./customisation.ts";

/** How one container serves a model: everything a pod template needs that the runtime and the model decide. */
export interface Serving {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables filled from secrets. */
  readonly secretEnv: Readonly<Record<string, CredentialId>>;
  readonly imagePullCredential: CredentialId | null;
  readonly port: number;
  readonly probes: { readonly startup: string; readonly readiness: string; readonly liveness: string };
  readonly weightsPath: string;
  readonly writablePaths: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly uid: number;
  readonly gid: number;
  /** Memory-backed /dev/shm, GiB. It counts against the container's memory limit. */
  readonly shmGiB: number;
  readonly estimate: StartupEstimate;
  readonly deadlines: Deadlines;
}

/** Seconds that a start is expected to take, step by step. It sets no limit: the deadlines do, and contain it. */
export interface StartupEstimate {
  /** A new GPU node until pods start on it. */
  readonly node: number;
  readonly imagePull: number;
  /** Fetch of the weights from their public source. */
  readonly fetch: number;
  /** From the weight store into the GPU. */
  readonly load: number;
  /** The engine's compilation. */
  readonly compile: number;
  /** From the start of the container until it serves: fetch, load and compile. */
  readonly container: number;
}

/** Seconds. Each contains the one before. */
export interface Deadlines {
  /** From container start to ready: fetching weights, loading, compiling. The start-up probe gives up after it. */
  readonly startup: number;
  /** Adds a new node and the image pull: the Deployment's progress deadline. */
  readonly progress: number;
  /** Adds a minute, so that Kubernetes names the fault before the engine stops waiting. */
  readonly wait: number;
}

/** What the deployment decides about a container. */
export interface ServingInput {
  readonly runtime: Runtime;
  readonly model: Model;
  readonly servedNames: readonly string[];
  /** Tokens; null where the model has no context. */
  readonly context: number | null;
  readonly gpus: number;
  readonly revision: string;
  /** LoRA adapters; the first answers under the served names, the base model under `<name>:base`. Default: none. */
  readonly adapters?: readonly Adapter[];
  /** Default: none. */
  readonly settings?: Settings | null;
  /** Where a model repository lies, for runtimes that serve one: a URL, or a folder of the weight store. Default: the store itself. */
  readonly repository?: string | null;
}

/** Rates behind the deadlines; each is slow on purpose, since a deadline that is too short kills a healthy start. */
const rates = {
  /** New GPU node until pods start: registration and device plugin. AWS and Karpenter reports give 2 to 5 minutes. */
  nodeSeconds: 300,
  /** Plain pull of a 15-20 GB image: 4 to 6 minutes (AWS machine learning blog, June 2026). */
  imagePullSeconds: 360,
  /** Fetch of weights from their public source, GiB per second. */
  fetchGiBPerSecond: 0.1,
  /** From a block volume into the GPU: about 1 GB/s (EKS user guide, fast model loading). */
  loadGiBPerSecond: 1,
  /** Engine compile 195 s and start benchmark 92 s (kaito issue 2325). */
  compileSeconds: 290,
  /** Default of the NIM operator's start-up probe. */
  leastStartupSeconds: 1_200,
} as const;

/** Rates that starts are expected to have; each is at least as fast as the one of the deadlines. */
const expected = {
  /** Middle of the 2 to 5 minutes that AWS and Karpenter reports give. */
  nodeSeconds: 210,
  /** Middle of the 4 to 6 minutes of a plain pull of a 15-20 GB image (AWS machine learning blog, June 2026). */
  imagePullSeconds: 300,
  /** 61 GiB from a mirror of the public source in about 8 minutes (kaito docs/proposals/20260520-model-mirror.md). */
  fetchGiBPerSecond: 61 / 480,
  /** From a block volume into the GPU: about 1 GB/s (EKS user guide, fast model loading). */
  loadGiBPerSecond: 1,
  /** Compilation without a cache: 53 to 80 s for models of 60 to 640 GB (EKS user guide, fast model loading). */
  compileSeconds: 80,
} as const;

/** The start that a model of that size on disk, GiB, is expected to have; whole seconds. */
export function estimateFor(diskGiB: number): StartupEstimate {
  const { nodeSeconds: node, imagePullSeconds: imagePull, compileSeconds: compile } = expected;
  const fetch = Math.round(diskGiB / expected.fetchGiBPerSecond);
  const load = Math.round(diskGiB / expected.loadGiBPerSecond);
  return { node, imagePull, fetch, load, compile, container: fetch + load + compile };
}

const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;

/**
 * Start-up deadlines for a model of that size on disk, GiB.
 * @param published longest start that the vendor states, seconds. Default: none.
 */
export function deadlinesFor(diskGiB: number, published = 0): Deadlines {
  const estimate = diskGiB / rates.fetchGiBPerSecond + diskGiB / rates.loadGiBPerSecond + rates.compileSeconds;
  const startup = Math.max(rates.leastStartupSeconds, published, roundUp(estimate * 1.5, 30));
  const progress = startup + rates.nodeSeconds + rates.imagePullSeconds;
  return { startup, progress, wait: progress + 60 };
}

/** The one place that knows how a runtime is started; the planner and the Specialist component both use it. */
export function servingOf(input: ServingInput): Serving {
  const { runtime, model, servedNames, context, gpus, revision, adapters = [], settings = null } = input;
  const args: string[] = [...runtime.args];
  const env: Record<string, string> = { ...runtime.env };
  const weightsPath = model.cachePath ?? runtime.cache.path;
  for (const name of runtime.cache.env) env[name] = weightsPath;
  const hand = (to: Handover | null, values: readonly string[]) => {
    if (to === null) return;
    if ("arg" in to) args.push(to.arg, ...values);
    else env[to.env] = values.join(",");
  };
  if (runtime.modelArg !== null) {
    const { repository = null } = input;
    const weights = model.huggingFace ?? (repository === null ? weightsPath : locate(repository, weightsPath));
    args.push(runtime.modelArg, weights);
  }
  if (runtime.revisionArg !== null && revision !== "unresolved" && revision !== "image")
    args.push(runtime.revisionArg, revision);
  const [name = ""] = servedNames;
  const baseNames = adapters.length > 0 ? [`${name}:base`] : servedNames;
  if (model.api.kind !== "rest") hand(runtime.servedNames, runtime.checksNames ? baseNames : baseNames.slice(0, 1));
  args.push(...(runtime.apis[model.api.kind] ?? []));
  // An image of one model knows its limits, but for language models; an engine that loads any has to be told.
  if (model.api.kind === "chat" || runtime.modelArg !== null) {
    if (context !== null) hand(runtime.limits.context, [String(context)]);
    hand(runtime.limits.memoryShare, [String(runtime.memoryShare)]);
    if (gpus > 1) hand(runtime.limits.tensorParallel, [String(gpus)]);
  }
  if (runtime.adapters !== null) args.push(...adapterArgs(runtime.adapters, adapters, servedNames, weightsPath));
  if (runtime.settings !== null) args.push(...settingsArgs(runtime.settings, settings, model.chatFormat));
  args.push(...model.args);
  Object.assign(env, model.env);
  return {
    image: `${model.image.repository}:${model.image.tag}`,
    args,
    env,
    secretEnv: Object.fromEntries(
      model.credentials.flatMap((credential) =>
        credentials[credential].env.map((variable) => [variable, credential] as const),
      ),
    ),
    imagePullCredential: model.imagePullCredential,
    port: model.port ?? runtime.port,
    probes: {
      startup: model.healthPath ?? runtime.health.startup.path,
      readiness: model.healthPath ?? runtime.health.readiness.path,
      liveness: model.healthPath ?? runtime.health.liveness.path,
    },
    weightsPath,
    writablePaths: runtime.writablePaths,
    readOnlyRoot: runtime.readOnlyRoot.value,
    uid: model.uid ?? runtime.uid,
    gid: runtime.gid,
    shmGiB: model.shmGiB ?? runtime.shmGiB,
    estimate: estimateFor(model.disk.GiB),
    deadlines: deadlinesFor(model.disk.GiB, model.startupSeconds ?? 0),
  };
}
