import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "boltz2",
  title: "Boltz-2 NIM",
  publisher: "MIT / NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/mit/boltz2", tag: "1.6.0" },
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
  requirement: {
    gpuMemoryGB: 48,
    gpuCount: 1,
    kinds: ["A100-80", "H100", "H200", "L40S", "RTX-PRO-6000", "B200", "B300"],
  },
  diskGiB: 80,
  memoryGiB: 64,
  cpu: 12,
  shmGiB: 16,
  cachePath: null,
  api: { kind: "rest", paths: ["/biology/mit/boltz2/predict"] },
  notes:
    "The image takes about 73 GB on disk; the first start downloads about 30 GB. Newest documented release 1.10.0.",
  sources: [
    "https://docs.nvidia.com/nim/bionemo/boltz2/1.9.0/support-matrix.html",
    "github.com/NVIDIA-BioNeMo/bionemo-agent-toolkit@f62542c nim-skills/boltz2-nim/SKILL.md",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "boltz2",
  model: "boltz2",
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "image",
});
