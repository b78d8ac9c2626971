import { defineModel, defineSpecialist } from "../define.ts";

export const model = defineModel({
  id: "proteinmpnn",
  title: "ProteinMPNN NIM",
  publisher: "IPD (UW) / NVIDIA",
  runtime: "nim",
  image: { repository: "nvcr.io/nim/ipd/proteinmpnn", tag: "1.0" },
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
  minComputeCapability: 7.5,
  requirement: { gpuMemoryGB: 3, gpuCount: 1, kinds: "any" },
  diskGiB: 10,
  memoryGiB: 8,
  cpu: null,
  shmGiB: null,
  cachePath: "/home/nvs/.cache/nim",
  api: { kind: "rest", paths: ["/biology/ipd/proteinmpnn/predict"] },
  notes: "Compute capability above 7.0. Release 1.1.0 exists.",
  sources: [
    "github.com/NVIDIA-BioNeMo/bionemo-agent-toolkit@f62542c nim-skills/proteinmpnn-nim/references/api.md",
    "github.com/NVIDIA-BioNeMo-blueprints/generative-protein-binder-design@35bc60b deploy/docker-compose.yaml",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

export const specialist = defineSpecialist({
  name: "proteinmpnn",
  model: "proteinmpnn",
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "image",
});
