import { defineRuntime } from "../define.ts";

/** NVIDIA Triton: serves a model repository that somebody trained and exported. */
export const triton = defineRuntime({
  id: "triton",
  title: "NVIDIA Triton",
  image: { repository: "nvcr.io/nvidia/tritonserver", tag: "25.04-py3" },
  protocol: "http",
  port: 8000,
  health: {
    startup: { path: "/v2/health/ready" },
    readiness: { path: "/v2/health/ready" },
    liveness: { path: "/v2/health/live" },
  },
  listensWhileLoading: true,
  // The image brings a user `triton-server` of this id.
  uid: 1000,
  gid: 1000,
  writablePaths: ["/tmp"],
  readOnlyRoot: { value: true },
  cache: { path: "/models", env: [] },
  args: ["tritonserver"],
  env: {},
  servedNames: null,
  limits: { context: null, memoryShare: null, tensorParallel: null },
  modelArg: "--model-repository",
  revisionArg: null,
  adapters: null,
  settings: null,
  fetches: "its model repository from an object store",
  memoryShare: 0.9,
  stores: ["posix-ro", "stream"],
  shmGiB: 2,
  architectures: ["amd64"],
  sources: [
    "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html",
    "github.com/NVIDIA-AI-Blueprints/financial-fraud-detection@727587c README + notebooks",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
