import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "multimodal",
  variantOf: null,
  aliases: ["Multimodal"],
  title: "Pictures, video and speech",
  specialists: ["nemotron-3-nano-omni-30b-a3b", "nemotron-nano-12b-v2-vl"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "confidential", "personal"],
    regulations: [
      {
        regulation: "gdpr",
        because: "Pictures, video and speech are personal data as soon as a person can be recognised in them.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
    ],
    externalProviders: false,
    humanReview: false,
  },
  read: "2026-11-23",
});
