import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "guardrails",
  variantOf: null,
  aliases: ["Guardrails"],
  title: "Guardrails",
  specialists: [
    "nemoguard-content-safety-8b",
    "nemoguard-topic-control-8b",
    "nemoguard-jailbreak-detect",
    "nemotron-3-5-content-safety",
  ],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal", "health"],
    regulations: [
      {
        regulation: "gdpr",
        because: "A guardrail reads every prompt and answer that it guards, personal data in them too.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "hipaa",
        because:
          "Prompts to medical specialists can hold protected health information, and the guardrail in front of them reads it too.",
        source: "https://www.hhs.gov/hipaa/for-professionals/index.html",
      },
    ],
    externalProviders: false,
    // It refuses or lets pass; the domain behind it has its own review.
    humanReview: false,
  },
  read: "2026-11-23",
});
