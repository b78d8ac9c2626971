import { defineRuntime } from "../define.ts";

/** The upstream vLLM image with its OpenAI-compatible server. */
export const vllm = defineRuntime({
  id: "vllm",
  title: "vLLM",
  image: { repository: "vllm/vllm-openai", tag: "v0.22.0" },
  protocol: "http",
  port: 8000,
  health: { startup: { path: "/health" }, readiness: { path: "/health" }, liveness: { path: "/health" } },
  // It opens its port when the engine is ready.
  listensWhileLoading: false,
  // The image knows a user `vllm` since pull request 40275; without an entry in its passwd file torch fails at import.
  uid: 2000,
  gid: 0,
  writablePaths: ["/tmp", "/home/vllm"],
  readOnlyRoot: { value: true },
  cache: { path: "/weights", env: ["HF_HOME"] },
  args: [],
  env: { HOME: "/home/vllm", VLLM_CACHE_ROOT: "/weights/.vllm", VLLM_NO_USAGE_STATS: "1" },
  servedNames: { arg: "--served-model-name" },
  limits: {
    context: { arg: "--max-model-len" },
    memoryShare: { arg: "--gpu-memory-utilization" },
    tensorParallel: { arg: "--tensor-parallel-size" },
  },
  modelArg: "--model",
  revisionArg: "--revision",
  adapters: {
    enable: ["--enable-lora"],
    modulesArg: "--lora-modules",
    maxRankArg: "--max-lora-rank",
    maxCountArg: "--max-loras",
  },
  settings: { generationArg: "--override-generation-config", chatTemplateArg: "--chat-template" },
  fetches: null,
  memoryShare: 0.92,
  stores: ["posix-rw"],
  shmGiB: 4,
  architectures: ["amd64", "arm64"],
  sources: [
    "https://docs.vllm.ai/en/stable/deployment/docker/",
    "https://github.com/vllm-project/vllm/pull/40275",
    "https://docs.vllm.ai/en/stable/features/lora/",
    "https://docs.vllm.ai/en/stable/cli/serve/",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
