import { defineRuntime } from "../define.ts";

/** NVIDIA NIM containers, generation 1.x, and those of other domains than language, whose versions count by themselves. */
export const nim1 = defineRuntime({
  id: "nim-1",
  title: "NVIDIA NIM 1.x",
  image: null,
  protocol: "http",
  port: 8000,
  health: {
    startup: { path: "/v1/health/ready" },
    readiness: { path: "/v1/health/ready" },
    liveness: { path: "/v1/health/live" },
  },
  // Its proxy answers /v1/health/ready with 503 until the model is there.
  listensWhileLoading: true,
  uid: 1000,
  gid: 1000,
  writablePaths: ["/tmp"],
  readOnlyRoot: {
    value: false,
    reason:
      "start scripts of NIM images write below /opt/nim and the home folder; the NIM operator leaves the root writable too",
    source: "github.com/NVIDIA/k8s-nim-operator@f63f74d api/apps/v1alpha1/nimservice_types.go",
  },
  cache: { path: "/opt/nim/.cache", env: ["NIM_CACHE_PATH"] },
  args: [],
  env: {
    NIM_HTTP_API_PORT: "8000",
    NIM_SERVER_PORT: "8000",
    NIM_JSONL_LOGGING: "1",
    NIM_LOG_LEVEL: "INFO",
    OUTLINES_CACHE_DIR: "/tmp/outlines",
  },
  apis: { chat: [], embeddings: [], rerank: [], rest: [] },
  isOpen: false,
  servedNames: { env: "NIM_SERVED_MODEL_NAME" },
  checksNames: true,
  limits: { context: { env: "NIM_MAX_MODEL_LEN" }, memoryShare: { env: "NIM_KVCACHE_PERCENT" }, tensorParallel: null },
  loads: "image",
  modelArg: null,
  revisionArg: null,
  portArg: null,
  adapters: null,
  settings: null,
  fetches: "model files of the image from NGC",
  memoryShare: 0.9,
  stores: ["posix-rw"],
  shmGiB: 16,
  architectures: ["amd64"],
  sources: [
    "github.com/NVIDIA/k8s-nim-operator@f63f74d api/apps/v1alpha1/nimservice_types.go",
    "github.com/NVIDIA-AI-Blueprints/rag@329875a deploy/helm",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
