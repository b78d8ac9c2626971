import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "general",
  variantOf: null,
  aliases: ["Nemotron"],
  title: "General agents",
  specialists: [
    "nemotron-3-nano-30b-a3b",
    "nemotron-3-5-lightning-30b-a3b",
    "nemotron-3-super-120b-a12b",
    "nemotron-3-ultra-550b-a55b",
    "llama-3-3-nemotron-super-49b-v1-5",
    "nvidia-nemotron-nano-9b-v2",
    "nemotron-3-nano-4b",
  ],
  providers: [],
  governance: {
    dataClasses: ["public", "internal"],
    regulations: [],
    externalProviders: true,
    humanReview: false,
  },
  read: "2026-11-23",
});
