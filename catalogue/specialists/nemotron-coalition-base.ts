import { defineSpecialist } from "../define.ts";

export const specialist = defineSpecialist({
  name: "nemotron-coalition-base",
  model: "ministral-3-14b-instruct",
  context: 16_384,
  concurrency: 4,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: null,
  slot: {
    kind: "weights",
    what: "the Mistral/NVIDIA Coalition base model, announced 2026-03-16 and not released; planned and rehearsed in the shape of ministral-3-14b-instruct",
  },
});
