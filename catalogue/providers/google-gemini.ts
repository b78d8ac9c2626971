import { defineProvider } from "../define.ts";

export const provider = defineProvider({
  id: "google-gemini",
  title: "Google Gemini API, OpenAI-compatible endpoint",
  publisher: "Google",
  host: "generativelanguage.googleapis.com",
  region: null,
  api: {
    kind: "chat",
    paths: [
      {
        path: "/v1/chat/completions",
        target: "/v1beta/openai/chat/completions",
        dialect: "chat-completions",
      },
    ],
  },
  credential: "gemini",
  model: "gemini-3.5-flash",
  licences: ["gemini-api-terms"],
  newer: { versions: [], row: null },
  notes:
    "The id is the one of Google's own page on OpenAI compatibility. Its terms allow unpaid use for no users in Europe, and no use in clinical practice.",
  sources: ["https://ai.google.dev/gemini-api/docs/openai", "https://ai.google.dev/gemini-api/terms"],
  evidence: "vendor",
  read: "2026-11-23",
});
