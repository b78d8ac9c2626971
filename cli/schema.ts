import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../catalogue/index.ts";
import { stackSchemaText } from "../plan/stack-schema.ts";
import { run, stacksFolder } from "./common.ts";

await run(() => {
  const file = join(stacksFolder(), "stack.schema.json");
  writeFileSync(file, stackSchemaText(catalogue));
  process.stdout.write(`Wrote ${file}. Editors read it from the first line of each stack file.\n`);
  return 0;
});
