import { defineRuntime } from "../define.ts";

/** SGLang's server with the OpenAI API. No row of the catalogue uses it yet: it is there for models of a stack's own. */
export const sglang = defineRuntime({
  id: "sglang",
  title: "SGLang",
  image: null,
  protocol: "http",
  port: 30000,
  health: { startup: { path: "/health" }, readiness: { path: "/health" }, liveness: { path: "/health" } },
  listensWhileLoading: false,
  // The image names no user; any may run it whose home and caches can be written to.
  uid: 1000,
  gid: 1000,
  writablePaths: ["/tmp", "/home/sglang"],
  readOnlyRoot: { value: true },
  cache: { path: "/weights", env: ["HF_HOME"] },
  args: ["python3", "-m", "sglang.launch_server", "--host", "0.0.0.0", "--port", "30000"],
  // torch asks for the name of its user at import and fails where neither this nor the image's passwd file has one.
  env: { HOME: "/home/sglang", USER: "sglang" },
  apis: { chat: [], embeddings: ["--is-embedding"], rest: [] },
  isOpen: false,
  servedNames: { arg: "--served-model-name" },
  checksNames: false,
  limits: {
    context: { arg: "--context-length" },
    memoryShare: { arg: "--mem-fraction-static" },
    tensorParallel: { arg: "--tp-size" },
  },
  loads: "hugging-face",
  modelArg: "--model-path",
  revisionArg: "--revision",
  portArg: "--port",
  adapters: null,
  settings: null,
  fetches: null,
  memoryShare: 0.88,
  stores: ["posix-rw"],
  shmGiB: 16,
  architectures: ["amd64"],
  sources: [
    "https://docs.sglang.ai/advanced_features/server_arguments.html",
    "https://github.com/pytorch/pytorch/issues/140765",
  ],
  evidence: "unverified",
  read: "2026-11-23",
});
