import { defineKeptOut } from "../define.ts";

export const keptOut = defineKeptOut([
  {
    id: "nemotron-3.5-embed-1b",
    family: "Retrieval",
    title: "Nemotron 3.5 Embed 1B NIM",
    rule: "no-image",
    reason:
      "Release 2.4 of the embedding NIM serves it with 32,768 tokens, in BF16 and NVFP4; the path of its image and its licence were read nowhere. A page that names them would let it in.",
    sources: ["https://docs.nvidia.com/nim/nemo-retriever/embedding/2.4/support-matrix.html"],
    read: "2026-11-23",
  },
]);
