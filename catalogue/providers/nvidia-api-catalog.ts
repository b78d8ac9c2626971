import { defineProvider } from "../define.ts";

export const provider = defineProvider({
  id: "nvidia-api-catalog",
  title: "NVIDIA API catalog (hosted NIMs)",
  publisher: "NVIDIA",
  host: "integrate.api.nvidia.com",
  region: null,
  api: {
    kind: "chat",
    paths: [{ path: "/v1/chat/completions", target: "/v1/chat/completions", dialect: "chat-completions" }],
  },
  credential: "nvidia-api",
  model: "nvidia/nemotron-3-nano-30b-a3b",
  licences: ["nvidia-api-trial"],
  newer: { versions: [], row: null },
  notes: "A trial service: NVIDIA may use what is sent to improve its products, and limits the requests of a minute.",
  sources: [
    "https://build.nvidia.com/",
    "https://docs.api.nvidia.com/nim/reference/llm-apis",
    "https://assets.ngc.nvidia.com/products/api-catalog/legal/NVIDIA%20API%20Trial%20Terms%20of%20Service.pdf",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
