import { defineSpecialist } from "../define.ts";

export const specialist = defineSpecialist({
  name: "insurance-adapter",
  model: "fin-r1",
  context: 8_192,
  concurrency: 4,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: null,
  slot: { kind: "adapter", what: "a LoRA adapter of Fin-R1, trained on the insurer's own documents" },
});
