import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "physics",
  variantOf: null,
  aliases: ["PhysicsNeMo"],
  title: "Physics",
  specialists: ["domino-automotive-aero", "fourcastnet", "corrdiff", "alchemi-bgr", "alchemi-bmd"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "export-controlled"],
    regulations: [
      {
        regulation: "itar-ear",
        because:
          "Geometry, flow fields and materials of aircraft, missiles and spacecraft can be controlled technical data of the United States Munitions List.",
        source: "https://www.ecfr.gov/current/title-22/chapter-I/subchapter-M/part-121",
      },
    ],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
