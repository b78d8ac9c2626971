import { defineProvider } from "../define.ts";

export const provider = defineProvider({
  id: "openai-gpt",
  title: "OpenAI API, GPT-5 family",
  publisher: "OpenAI",
  host: "api.openai.com",
  region: null,
  api: {
    kind: "chat",
    paths: [
      { path: "/v1/chat/completions", target: "/v1/chat/completions", dialect: "chat-completions" },
      { path: "/v1/responses", target: "/v1/responses", dialect: "responses" },
    ],
  },
  credential: "openai",
  model: "gpt-5.2-2025-12-11",
  licences: ["openai-services-agreement"],
  newer: { versions: [], row: null },
  notes: "Models of this family refuse max_tokens: send max_completion_tokens.",
  sources: ["https://platform.openai.com/docs/api-reference/chat/create"],
  evidence: "vendor",
  read: "2026-11-23",
});
