import { defineSpecialist } from "../define.ts";

export const specialist = defineSpecialist({
  name: "crypto-analyst",
  model: "fin-r1",
  context: 8_192,
  concurrency: 4,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: {
    systemPrompt:
      "You analyse crypto-assets from the prices, on-chain data and documents in the conversation; you have no live data. Mark each statement as data, calculation or opinion, and show every calculation. Name the risks of price, liquidity, custody and counterparties. Never promise a return and never tell anybody to buy, hold or sell: a person decides.",
    generation: {},
  },
  slot: null,
});
