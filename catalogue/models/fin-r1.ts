import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "fin-r1",
  title: "Fin-R1 7B",
  publisher: "SUFE-AIFLM-Lab",
  runtime: "vllm",
  image: { repository: "vllm/vllm-openai", tag: "v0.22.0" },
  huggingFace: "SUFE-AIFLM-Lab/Fin-R1",
  licences: ["apache-2.0"],
  credentials: [],
  imagePullCredential: null,
  parametersB: 7.6,
  weightsGiB: 14.2,
  attentionHeads: 28,
  headDim: 128,
  kvCache: { growingLayers: 28, kvHeads: 4, headDim: 128, fixedBytesPerSequence: 0 },
  maxContext: 32_768,
  minComputeCapability: 8,
  requirement: null,
  diskGiB: 20,
  memoryGiB: null,
  cpu: null,
  shmGiB: null,
  cachePath: null,
  api: { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] },
  notes: "Qwen2.5-7B-Instruct base (architecture numbers from it). 131072 tokens of context need YaRN.",
  sources: [
    "https://huggingface.co/SUFE-AIFLM-Lab/Fin-R1/blob/main/README_en.md",
    "github.com/Lightning-AI/litgpt@2685705 litgpt/config.py",
  ],
  evidence: "estimated",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "fin-r1",
  model: "fin-r1",
  context: 8_192,
  concurrency: 4,
  replicas: 1,
  revision: "unresolved",
});
