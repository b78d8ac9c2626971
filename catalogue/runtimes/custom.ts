import { defineRuntime } from "../define.ts";

/**
 * Any container with an HTTP API. Its model row says port, health path, user and arguments; what stands here are the conventions that
 * most servers keep.
 */
export const custom = defineRuntime({
  id: "custom",
  title: "Container of its own",
  image: null,
  protocol: "http",
  port: 8000,
  health: { startup: { path: "/health" }, readiness: { path: "/health" }, liveness: { path: "/health" } },
  listensWhileLoading: false,
  uid: 1000,
  gid: 1000,
  writablePaths: ["/tmp"],
  readOnlyRoot: { value: true },
  cache: { path: "/weights", env: ["HF_HOME"] },
  args: [],
  env: { HOME: "/tmp" },
  apis: { chat: [], embeddings: [], rerank: [], rest: [] },
  isOpen: true,
  servedNames: null,
  checksNames: false,
  limits: { context: null, memoryShare: null, tensorParallel: null },
  loads: "image",
  modelArg: null,
  revisionArg: null,
  portArg: null,
  adapters: null,
  settings: null,
  fetches: null,
  memoryShare: 0.9,
  stores: ["posix-rw"],
  shmGiB: 2,
  architectures: ["amd64"],
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  evidence: "unverified",
  read: "2026-11-23",
});
