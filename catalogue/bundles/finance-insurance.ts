import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "finance-insurance",
  variantOf: "finance",
  aliases: ["FinanceNeMo-Insurance"],
  title: "Finance: insurance",
  specialists: ["insurance-analyst", "insurance-adapter"],
  providers: [],
  governance: {
    // Medical files of a claim are health data: an insurer that sends them has to widen this with a waiver.
    dataClasses: ["public", "internal", "confidential", "personal"],
    regulations: [
      {
        regulation: "gdpr",
        because:
          "Claims files and contracts are personal data, and Article 22 limits decisions about a person that a machine takes alone.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Annex III, point 5 (c), names risk assessment and pricing of natural persons in life and health insurance as high-risk.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
      {
        regulation: "sox",
        because:
          "Reserves and other figures that go into a listed insurer's reports belong to the internal controls that section 404 has management assess.",
        source: "https://www.congress.gov/bill/107th-congress/house-bill/3763",
      },
    ],
    externalProviders: false,
    humanReview: true,
  },
  read: "2026-11-23",
});
