import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "manufacturing",
  variantOf: null,
  aliases: ["ManufacturingNeMo"],
  title: "Manufacturing",
  specialists: ["cuopt", "visual-changenet"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "export-controlled"],
    regulations: [
      {
        regulation: "itar-ear",
        because: "Drawings, images and process data of defence and dual-use products can be controlled technical data.",
        source: "https://www.bis.gov/regulations/ear",
      },
      {
        regulation: "iso-10218",
        because:
          "A schedule or a verdict on a part can start robot cells, whose protective functions stay outside of it.",
        source: "https://www.iso.org/standard/73933.html",
      },
    ],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
