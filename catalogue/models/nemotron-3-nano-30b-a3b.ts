import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "nemotron-3-nano-30b-a3b",
  title: "Nemotron 3 Nano 30B-A3B NIM",
  publisher: "NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/nvidia/nemotron-3-nano", tag: "1.7.0-variant" },
  huggingFace: null,
  licences: ["nvidia-ai-product-agreement", "nvidia-nemotron-open-model"],
  credentials: ["ngc"],
  imagePullCredential: "ngc",
  parametersB: 31.6,
  weightsGiB: 58.91,
  attentionHeads: null,
  headDim: 128,
  // 52 blocks: 23 Mamba-2, 23 mixture-of-experts, 6 attention; the Mamba state is the one of a 32-bit cache.
  kvCache: { growingLayers: 6, kvHeads: 2, headDim: 128, fixedBytesPerSequence: 49_082_368 },
  maxContext: 262_144,
  minComputeCapability: 8,
  requirement: { gpuMemoryGB: 80, gpuCount: 1, kinds: ["H100", "H200", "B200", "A100-80"] },
  diskGiB: 100,
  memoryGiB: null,
  cpu: null,
  shmGiB: 16,
  cachePath: null,
  api: { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] },
  notes:
    "The -variant tag is a real Day-0 tag. Measured load of the BF16 weights: 58.91 GiB on one H100. Disk is an estimate.",
  sources: [
    "github.com/vllm-project/recipes@8959cf6 models/nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.yaml",
    "github.com/ai-dynamo/aiconfigurator@095f58a model_configs/nvidia--NVIDIA-Nemotron-3-Nano-30B-A3B-BF16_config.json",
    "github.com/NVIDIA-NeMo/Nemotron@e27b371 usage-cookbook/Nemotron-3-Nano/vllm_cookbook.ipynb",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "nemotron-3-nano-30b-a3b",
  model: "nemotron-3-nano-30b-a3b",
  context: 32_768,
  concurrency: 4,
  replicas: 1,
  revision: "image",
});
