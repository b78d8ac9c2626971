import { defineSpecialist } from "../define.ts";

export const specialist = defineSpecialist({
  name: "fraud-detection",
  model: "fraud-gnn-xgboost",
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: null,
  slot: { kind: "model-repository", what: "a Triton model repository, trained on the bank's own transactions" },
});
