import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "finance-banking",
  variantOf: "finance",
  aliases: ["FinanceNeMo-Banking"],
  title: "Finance: banking",
  specialists: ["fin-r1", "fraud-detection"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal"],
    regulations: [
      {
        regulation: "pci-dss",
        because: "Card transactions carry account numbers, and what stores, processes or transmits them is in scope.",
        source: "https://www.pcisecuritystandards.org/document_library/",
      },
      {
        regulation: "gdpr",
        because:
          "Transactions of natural persons are personal data, and Article 22 limits decisions about a person that a machine takes alone, such as blocking a payment.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Annex III, point 5 (b), names creditworthiness of natural persons as high-risk, and leaves out the detection of financial fraud.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
      {
        regulation: "sox",
        because:
          "An analysis that goes into a listed bank's reports belongs to the internal controls that section 404 has management assess.",
        source: "https://www.congress.gov/bill/107th-congress/house-bill/3763",
      },
    ],
    externalProviders: false,
    humanReview: true,
  },
  read: "2026-11-23",
});
