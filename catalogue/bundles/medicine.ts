import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "medicine",
  variantOf: null,
  aliases: ["MedicalNeMo"],
  title: "Medicine",
  specialists: ["medgemma-1-5-4b-it", "medgemma-27b-it", "vista-3d", "maisi"],
  providers: [],
  governance: {
    dataClasses: ["public", "internal", "personal", "health"],
    regulations: [
      {
        regulation: "hipaa",
        because: "Images and notes of patients are protected health information in the hands of a covered entity.",
        source: "https://www.hhs.gov/hipaa/for-professionals/covered-entities/index.html",
      },
      {
        regulation: "gdpr",
        because:
          "Data concerning health belongs to the special categories of Article 9 and needs one of its exceptions.",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
      },
      {
        regulation: "fda-samd",
        because:
          "Software that is meant to diagnose or treat is a medical device, and needs clearance for that use; these models come without one.",
        source: "https://www.fda.gov/medical-devices/digital-health-center-excellence/software-medical-device-samd",
      },
      {
        regulation: "eu-ai-act-high-risk",
        because:
          "Article 6 (1) makes a system high-risk that is a medical device which a notified body has to assess, or a safety component of one.",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
      },
    ],
    externalProviders: false,
    // No answer of these models is a diagnosis: a clinician looks at each before it is acted on.
    humanReview: true,
  },
  read: "2026-11-23",
});
