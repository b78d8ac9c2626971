import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "driving",
  variantOf: null,
  aliases: ["DriveNeMo"],
  title: "Driving",
  specialists: ["alpamayo-1-5-10b", "scenario-augmentation"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal"],
    regulations: [
      {
        regulation: "iso-26262",
        because:
          "A trajectory that a vehicle follows is part of an item whose hazards decide the integrity level of its development.",
        source: "https://www.iso.org/standard/68383.html",
      },
      {
        regulation: "gdpr",
        because: "Recordings of streets show faces and number plates, which are personal data.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Vehicles under type approval stand in Annex I, section B: their own acts carry the requirements of high-risk systems.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
    ],
    externalProviders: false,
    // For development and simulation: no answer goes to a vehicle on a road unseen.
    humanReview: true,
  },
  read: "2026-11-23",
});
