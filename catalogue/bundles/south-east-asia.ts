import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "south-east-asia",
  variantOf: null,
  aliases: ["Regional-South-East-Asia", "Regional-SouthEastAsia"],
  title: "Languages of South-East Asia",
  specialists: ["qwen-sea-lion-v4-32b-it", "gemma-sea-lion-v4-27b-it"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
