import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "law",
  variantOf: null,
  aliases: ["LawNeMo"],
  title: "Law",
  specialists: ["saul-7b-instruct", "saullm-54b-instruct", "saullm-141b-instruct"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [
      {
        regulation: "gdpr",
        because:
          "Contracts and case files name people, so what is sent here has to be without their data, or the data class has to be widened.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Annex III, point 8 (a), names systems that help judicial authorities to research and interpret facts and law as high-risk.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
    ],
    // What a client tells a lawyer is privileged as long as no third party has it.
    externalProviders: false,
    humanReview: true,
  },
  read: "2026-11-23",
});
