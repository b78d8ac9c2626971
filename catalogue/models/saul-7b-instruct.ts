import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "saul-7b-instruct",
  title: "Saul-7B-Instruct-v1",
  publisher: "Equall",
  runtime: "vllm",
  image: { repository: "vllm/vllm-openai", tag: "v0.22.0" },
  huggingFace: "Equall/Saul-7B-Instruct-v1",
  licences: ["mit"],
  credentials: [],
  imagePullCredential: null,
  parametersB: 7.24,
  weightsGiB: 13.5,
  attentionHeads: 32,
  headDim: 128,
  kvCache: { growingLayers: 32, kvHeads: 8, headDim: 128, fixedBytesPerSequence: 0 },
  maxContext: 32_768,
  minComputeCapability: 8,
  requirement: null,
  diskGiB: 20,
  memoryGiB: null,
  cpu: null,
  shmGiB: null,
  cachePath: null,
  api: { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] },
  notes:
    "Mistral-7B-v0.1 base; its sliding window of 4096 is not counted on, so the cache is sized for all 32 layers. English law.",
  sources: ["arXiv 2403.03883 (SaulLM-7B: MIT, Mistral-7B)", "github.com/Lightning-AI/litgpt@2685705 litgpt/config.py"],
  evidence: "estimated",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "saul-7b-instruct",
  model: "saul-7b-instruct",
  context: 4_096,
  concurrency: 2,
  replicas: 1,
  revision: "unresolved",
});
