import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "llama-nemotron-embed-1b-v2",
  title: "Llama Nemotron Embed 1B v2 NIM",
  publisher: "NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/nvidia/llama-nemotron-embed-1b-v2", tag: "1.13.0" },
  huggingFace: null,
  licences: ["nvidia-ai-product-agreement", "llama-3.2-community"],
  credentials: ["ngc"],
  imagePullCredential: "ngc",
  parametersB: 1.236,
  weightsGiB: null,
  attentionHeads: 32,
  headDim: 64,
  // An encoder: it answers at once and keeps no cache.
  kvCache: null,
  maxContext: 8_192,
  minComputeCapability: 8,
  requirement: { gpuMemoryGB: 3.6, gpuCount: 1, kinds: ["L4", "A10G", "L40S", "A100-40", "A100-80", "H100", "B200"] },
  diskGiB: 20.2,
  memoryGiB: null,
  cpu: null,
  shmGiB: 16,
  cachePath: null,
  api: { kind: "embeddings", paths: ["/v1/embeddings"] },
  notes: "3.6 GB and 20.2 GB of disk are published for the identical predecessor llama-3.2-nv-embedqa-1b-v2.",
  sources: [
    "https://docs.nvidia.com/nim/nemo-retriever/text-embedding/2.2.0/support-matrix.html",
    "github.com/NVIDIA-AI-Blueprints/rag@329875a deploy/compose/nims.yaml",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "llama-nemotron-embed-1b-v2",
  model: "llama-nemotron-embed-1b-v2",
  context: 8_192,
  concurrency: 8,
  replicas: 1,
  revision: "image",
});
