import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "llama-3.2-1b-instruct",
  title: "Llama 3.2 1B Instruct NIM",
  publisher: "Meta / NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/meta/llama-3.2-1b-instruct", tag: "1.12.0" },
  huggingFace: null,
  licences: ["nvidia-ai-product-agreement", "llama-3.2-community"],
  credentials: ["ngc"],
  imagePullCredential: "ngc",
  parametersB: 1.236,
  weightsGiB: 2.3,
  attentionHeads: 32,
  headDim: 64,
  kvCache: { growingLayers: 16, kvHeads: 8, headDim: 64, fixedBytesPerSequence: 0 },
  maxContext: 131_072,
  minComputeCapability: 8,
  requirement: null,
  diskGiB: 50,
  memoryGiB: null,
  cpu: null,
  shmGiB: null,
  cachePath: null,
  api: { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] },
  notes: "The sample of the NIM operator (claim of 50Gi): the smoke test of an environment.",
  sources: [
    "github.com/NVIDIA/k8s-nim-operator@f63f74d config/samples/nim/serving",
    "github.com/Lightning-AI/litgpt@2685705 litgpt/config.py",
  ],
  evidence: "estimated",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "llama-3.2-1b-instruct",
  model: "llama-3.2-1b-instruct",
  context: 16_384,
  concurrency: 4,
  replicas: 1,
  revision: "image",
});
