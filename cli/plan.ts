import { explain } from "../plan/explain.ts";
import { environmentAndFlags, planOf, run } from "./common.ts";

await run(() => {
  const { environment, flags } = environmentAndFlags("npm run plan -- [ENVIRONMENT] [--json]", ["json"]);
  const plan = planOf(environment);
  process.stdout.write(flags.has("json") ? `${JSON.stringify(plan, null, 2)}\n` : explain(plan));
  return 0;
});
