import { parseOptions } from "./catalogue/options.ts";
import { answer } from "./catalogue/run.ts";
import { run } from "./common.ts";

await run(() => {
  process.stdout.write(answer(parseOptions(process.argv.slice(2))));
  return 0;
});
