import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "japan",
  variantOf: null,
  aliases: ["Regional-Japan"],
  title: "Japanese",
  specialists: ["nemotron-nano-9b-v2-japanese"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
