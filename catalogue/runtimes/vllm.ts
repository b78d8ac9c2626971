import { defineRuntime } from "../define.ts";

/** The upstream vLLM image with its OpenAI-compatible server. */
export const vllm = defineRuntime({
  id: "vllm",
  title: "vLLM",
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
  env: { HOME: "/home/vllm", VLLM_CACHE_ROOT: "/weights/.vllm", VLLM_NO_USAGE_STATS: "1" },
  servedNames: { arg: "--served-model-name" },
  limits: {
    context: { arg: "--max-model-len" },
    memoryShare: { arg: "--gpu-memory-utilization" },
    tensorParallel: { arg: "--tensor-parallel-size" },
  },
  modelArg: "--model",
  revisionArg: "--revision",
  memoryShare: 0.92,
  stores: ["posix-rw"],
  shmGiB: 4,
  architectures: ["amd64", "arm64"],
  sources: ["https://docs.vllm.ai/en/stable/deployment/docker/", "https://github.com/vllm-project/vllm/pull/40275"],
  evidence: "vendor",
  read: "2026-11-23",
});
