import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "india",
  variantOf: null,
  aliases: ["Regional-India"],
  title: "Languages of India",
  specialists: ["sarvam-30b"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
