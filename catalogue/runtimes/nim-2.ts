import { defineRuntime } from "../define.ts";
import { nim1 } from "./nim-1.ts";

/** NVIDIA NIM for language and vision-language models, generation 2.x: vLLM inside, its own names for two limits. */
export const nim2 = defineRuntime({
  ...nim1,
  id: "nim-2",
  title: "NVIDIA NIM 2.x",
  // Vision-language images take the share of GPU memory by the engine's own argument alone; the variable of 1.x is not read any more.
  env: { ...nim1.env, NIM_PASSTHROUGH_ARGS: `--gpu-memory-utilization ${nim1.memoryShare}` },
  limits: {
    context: { env: "NIM_MAX_MODEL_LEN" },
    memoryShare: { env: "NIM_GPU_MEM_FRACTION" },
    tensorParallel: { env: "NIM_TENSOR_PARALLEL_SIZE" },
  },
  sources: [
    ...nim1.sources,
    "https://docs.nvidia.com/nim/large-language-models/3.0.0/reference/environment-variables.html",
    "https://docs.nvidia.com/nim/large-language-models/latest/reference/advanced-configuration.html",
    "github.com/NVIDIA/skills@7149a88 skills/vss-deploy-profile/references/base.md",
  ],
});
