import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "finance-crypto",
  variantOf: "finance",
  aliases: ["FinanceNeMo-Crypto"],
  title: "Finance: crypto-assets",
  specialists: ["crypto-analyst", "price-forecast"],
  providers: [],
  governance: {
    // Market data is public; wallets and customers are not for these specialists.
    dataClasses: ["public", "internal"],
    regulations: [
      {
        regulation: "sox",
        because:
          "A valuation of crypto-assets that goes into a listed company's reports belongs to the internal controls that section 404 has management assess.",
        source: "https://www.congress.gov/bill/107th-congress/house-bill/3763",
      },
    ],
    externalProviders: true,
    humanReview: true,
  },
  read: "2026-11-23",
});
