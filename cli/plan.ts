import { catalogue } from "../catalogue/index.ts";
import { loadEnvironment } from "../config/load.ts";
import { explain } from "../plan/explain.ts";
import { readLock } from "../plan/lock.ts";
import { makePlan } from "../plan/make-plan.ts";
import { environmentAndFlags, run, stacksFolder, today } from "./common.ts";

await run(() => {
  const { environment, flags } = environmentAndFlags("npm run plan -- [ENVIRONMENT] [--json]", ["json"]);
  const stacks = stacksFolder();
  const plan = makePlan({
    environment: loadEnvironment(stacks, environment),
    catalogue,
    lock: readLock(stacks, environment),
    today: today(),
  });
  process.stdout.write(flags.has("json") ? `${JSON.stringify(plan, null, 2)}\n` : explain(plan));
  return 0;
});
