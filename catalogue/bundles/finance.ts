import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "finance",
  variantOf: null,
  aliases: ["FinanceNeMo"],
  title: "Finance",
  specialists: ["fin-r1", "llama-open-finance-8b"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [
      {
        regulation: "sox",
        because:
          "An analysis that goes into a listed company's reports belongs to the internal controls that section 404 has management assess.",
        source: "https://www.congress.gov/bill/107th-congress/house-bill/3763",
      },
    ],
    // Figures before their publication are inside information: they stay in the cluster.
    externalProviders: false,
    humanReview: true,
  },
  read: "2026-11-23",
});
