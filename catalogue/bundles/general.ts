import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "general",
  aliases: ["Nemotron"],
  title: "General agents, retrieval and the smoke test",
  specialists: ["nemotron-3-nano-30b-a3b", "llama-nemotron-embed-1b-v2", "llama-3.2-1b-instruct"],
  dataClasses: ["public", "internal"],
});
