import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "proprietary",
  variantOf: null,
  aliases: ["Proprietary"],
  title: "Models of external providers",
  specialists: [],
  providers: ["bedrock-claude-sonnet-4-6", "bedrock-nova-2-lite", "google-gemini", "nvidia-api-catalog", "openai-gpt"],
  governance: {
    dataClasses: ["public", "internal"],
    regulations: [
      {
        regulation: "gdpr",
        because:
          "What is sent leaves the organisation, and with personal data in it the provider as a rule becomes its processor.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
    ],
    externalProviders: true,
    humanReview: false,
  },
  read: "2026-11-23",
});
