import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "europe",
  variantOf: null,
  aliases: ["Regional-Europe"],
  title: "Languages of the European Union",
  specialists: ["eurollm-22b-instruct"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal"],
    regulations: [
      {
        regulation: "gdpr",
        because: "What identifiable people in the European Union write is personal data, whoever runs the model.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
    ],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
