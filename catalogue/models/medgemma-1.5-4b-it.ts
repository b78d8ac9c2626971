import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "medgemma-1.5-4b-it",
  title: "MedGemma 1.5 4B",
  publisher: "Google",
  runtime: "vllm",
  image: { repository: "vllm/vllm-openai", tag: "v0.22.0" },
  huggingFace: "google/medgemma-1.5-4b-it",
  licences: ["hai-def"],
  credentials: ["hugging-face"],
  imagePullCredential: null,
  parametersB: 4.3,
  weightsGiB: 8.1,
  attentionHeads: 8,
  headDim: 256,
  // Gemma 3: 5 global layers grow, 29 local ones stop at a window of 1024 tokens.
  kvCache: { growingLayers: 5, kvHeads: 4, headDim: 256, fixedBytesPerSequence: 121_634_816 },
  maxContext: 131_072,
  minComputeCapability: 8,
  requirement: { gpuMemoryGB: 24, gpuCount: 1, kinds: ["L4", "A10G", "L40S"] },
  diskGiB: 15,
  memoryGiB: null,
  cpu: null,
  shmGiB: null,
  cachePath: null,
  api: { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] },
  notes: "Gemma 3 4B architecture. The requirement is what a public deployment ran on: vLLM on one L4.",
  sources: [
    "github.com/Google-Health/medgemma README",
    "github.com/Lightning-AI/litgpt@2685705 litgpt/config.py gemma-3-4b-it",
  ],
  evidence: "estimated",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "medgemma-1.5-4b-it",
  model: "medgemma-1.5-4b-it",
  context: 16_384,
  concurrency: 8,
  replicas: 1,
  revision: "unresolved",
});
