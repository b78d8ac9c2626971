import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "finance",
  aliases: ["FinanceNeMo"],
  title: "Finance",
  specialists: ["fin-r1"],
  dataClasses: ["public", "internal", "confidential"],
});
