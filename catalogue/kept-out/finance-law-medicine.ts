import { defineKeptOut } from "../define.ts";

export const keptOut = defineKeptOut([
  {
    id: "qwen-open-finance-r-8b",
    family: "FinanceNeMo",
    title: "Qwen-Open-Finance-R-8B",
    rule: "no-licence",
    reason:
      "No licence was found in what its publisher states: its page is gated, and a public deployment points to unnamed terms of the publisher and of Qwen. A licence that the publisher states would let it in.",
    sources: [
      "https://huggingface.co/collections/OVHaiLLM/llm-open-finance",
      "github.com/DealExMachina/simple-llm-pro-finance README.md",
    ],
    read: "2026-11-23",
  },
  {
    id: "kronos-base",
    family: "FinanceNeMo-Crypto",
    title: "Kronos-base",
    rule: "no-image",
    reason:
      "Published as weights and Python code, without a server. The slot price-forecast takes an image that the organisation builds around it; a published image with a fixed tag would let it in.",
    sources: ["github.com/shiyu-coder/Kronos README", "https://huggingface.co/NeoQuasar/Kronos-base"],
    read: "2026-11-23",
  },
]);
