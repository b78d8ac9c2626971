import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "mistral",
  variantOf: null,
  aliases: ["Mistral", "Mistral AI"],
  title: "Mistral and the Nemotron Coalition",
  specialists: [
    "ministral-3-14b-instruct",
    "mistral-small-4-119b",
    "mistral-medium-3-5-128b",
    "mistral-large-3-675b",
    "nemotron-coalition-base",
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
