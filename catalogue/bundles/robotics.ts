import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "robotics",
  variantOf: null,
  aliases: ["RoboticNeMo"],
  title: "Robotics",
  specialists: ["cosmos-reason2-8b", "cosmos3-nano-reasoner", "cosmos3-nano-generator", "cosmos-transfer2-5-2b"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential"],
    regulations: [
      {
        regulation: "iso-10218",
        because:
          "A plan from a model can end in the motion of an industrial robot, whose cell has to stay safe whatever the model says.",
        source: "https://www.iso.org/standard/73933.html",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Article 6 (1) makes a system high-risk that is a safety component of machinery which a third party has to assess.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
    ],
    externalProviders: false,
    // What is planned moves machines: somebody approves it before it does.
    humanReview: true,
  },
  read: "2026-11-23",
});
