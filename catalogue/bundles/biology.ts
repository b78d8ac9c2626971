import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "biology",
  aliases: ["BioNeMo"],
  title: "Biology",
  specialists: ["diffdock", "boltz2", "proteinmpnn"],
  dataClasses: ["public", "internal", "confidential"],
});
