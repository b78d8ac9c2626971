import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "retrieval",
  variantOf: null,
  aliases: ["Retrieval"],
  title: "Retrieval",
  specialists: [
    "llama-nemotron-embed-1b-v2",
    "nemotron-3-embed-1b",
    "llama-nemotron-embed-vl-1b-v2",
    "llama-nemotron-rerank-1b-v2",
  ],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal", "health"],
    regulations: [
      {
        regulation: "gdpr",
        because:
          "Documents that are embedded or ranked can hold personal data, and so can the vectors that come of them.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "hipaa",
        because: "Passages of patient records that are embedded or ranked are protected health information.",
        source: "https://www.hhs.gov/hipaa/for-professionals/index.html",
      },
    ],
    externalProviders: false,
    // Vectors and scores decide nothing: the domain that reads the passages has its own review.
    humanReview: false,
  },
  read: "2026-11-23",
});
