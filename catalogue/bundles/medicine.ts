import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "medicine",
  aliases: ["MedicalNeMo"],
  title: "Medicine",
  specialists: ["medgemma-1.5-4b-it"],
  dataClasses: ["public", "internal", "personal", "health"],
});
