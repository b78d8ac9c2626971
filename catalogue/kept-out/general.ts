import { defineKeptOut } from "../define.ts";

export const keptOut = defineKeptOut([
  {
    id: "llm-nim",
    family: "Baseline",
    title: "Multi-LLM NIM (any Hugging Face LLM)",
    rule: "no-model",
    reason:
      "The image names no model, so there is nothing to size, and an image without a model is no row here. A stack writes the model that it wants to serve under polymath:models. What would let it in: one model that its vendor publishes for this image, with its requirements.",
    sources: [
      "https://docs.nvidia.com/nemo/microservices/latest/customizer/models/llama-nemotron.html",
      "github.com/NVIDIA/k8s-nim-operator@f63f74d config/samples/nim/serving/standalone/basic/multi-llm.yaml",
    ],
    read: "2026-11-23",
  },
  {
    id: "nvidia-nemotron-nano-9b-v2-nim",
    family: "Nemotron",
    title: "Nemotron Nano 9B v2 NIM",
    rule: "moving-tag",
    reason:
      "NVIDIA's documents name the tag 1, which moves. The weights are in, served by vLLM, as nvidia-nemotron-nano-9b-v2. What would let the NIM in: a full version in NVIDIA's documents; public code names 1.12.2.",
    sources: [
      "github.com/NVIDIA/skills@7149a88 skills/vss-deploy-profile/references/base.md",
      "github.com/NVIDIA/nim-deploy@3c6bcbd aws_marketplace_notebooks/nim_nvidia-nemotron-nano-9b-v2",
    ],
    read: "2026-11-23",
  },
  {
    id: "mistral-nvidia-coalition-base",
    family: "Mistral",
    title: "Base model of Mistral AI and NVIDIA for the Nemotron Coalition",
    rule: "not-released",
    reason:
      "Announced on 2026-03-16, weights and architecture are not published. Its place is the slot nemotron-coalition-base of the bundle mistral. What would let it in: released weights, their licence and a server that loads them.",
    sources: [
      "https://rits.shanghai.nyu.edu/ai/nvidia-launches-nemotron-coalition-to-build-open-frontier-ai-models",
      "https://www.turingpost.com/p/nemotroncoalition",
    ],
    read: "2026-11-23",
  },
]);
