import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "baseline",
  variantOf: null,
  aliases: ["Baseline"],
  title: "Smoke test of an environment",
  specialists: ["llama-3-2-1b-instruct"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal"],
    regulations: [],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
