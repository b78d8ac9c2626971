import { defineBundle } from "../define.ts";

export const bundle = defineBundle({
  id: "law",
  aliases: ["LawNeMo"],
  title: "Law",
  specialists: ["saul-7b-instruct"],
  dataClasses: ["public", "internal", "confidential"],
});
