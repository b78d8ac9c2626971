import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "diffdock",
  title: "DiffDock NIM",
  publisher: "MIT / NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/mit/diffdock", tag: "2.2.0" },
  huggingFace: null,
  licences: ["nvidia-ai-product-agreement"],
  credentials: ["ngc"],
  imagePullCredential: "ngc",
  parametersB: null,
  weightsGiB: null,
  attentionHeads: null,
  headDim: null,
  kvCache: null,
  maxContext: null,
  minComputeCapability: 8,
  requirement: { gpuMemoryGB: 24, gpuCount: 1, kinds: ["H100", "H200", "A100-40", "A100-80", "L40S", "A10G"] },
  diskGiB: 40,
  memoryGiB: 8,
  cpu: null,
  shmGiB: 2,
  cachePath: null,
  api: { kind: "rest", paths: ["/molecular-docking/diffdock/generate"] },
  notes: "The path differs from the hosted API's. Newest documented release 2.3.0 (2026-07-06, adds H200).",
  sources: [
    "github.com/NVIDIA-BioNeMo/bionemo-agent-toolkit@f62542c nim-skills/diffdock-nim/references/api.md",
    "https://docs.nvidia.com/nim/bionemo/diffdock/support-matrix.md",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "diffdock",
  model: "diffdock",
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "image",
});
