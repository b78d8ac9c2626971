import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "biology",
  variantOf: null,
  aliases: ["BioNeMo"],
  title: "Biology",
  specialists: [
    "diffdock",
    "boltz2",
    "openfold2",
    "openfold3",
    "rfdiffusion",
    "proteinmpnn",
    "genmol",
    "molmim",
    "msa-search",
  ],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [
      {
        regulation: "itar-ear",
        because:
          "Toxins, listed pathogens and their genetic elements stand on the Commerce Control List, and with them technology to make them.",
        source: "https://www.ecfr.gov/current/title-15/subtitle-B/chapter-VII/subchapter-C/part-774",
      },
      {
        regulation: "gdpr",
        because:
          "Genetic data of a person belongs to the special categories of Article 9, so sequences of patients or donors may not be sent here.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
    ],
    externalProviders: false,
    // A design is a proposal: somebody has to look at it before it is made in a laboratory.
    humanReview: true,
  },
  read: "2026-11-23",
});
