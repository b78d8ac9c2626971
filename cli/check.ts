import { catalogue } from "../catalogue/index.ts";
import { formatFindings } from "../config/finding.ts";
import { loadEnvironment } from "../config/load.ts";
import { readLock } from "../plan/lock.ts";
import { makePlan } from "../plan/make-plan.ts";
import { environmentAndFlags, run, stacksFolder, today } from "./common.ts";

await run(() => {
  const { environment } = environmentAndFlags("npm run check -- [ENVIRONMENT]", []);
  const stacks = stacksFolder();
  const plan = makePlan({
    environment: loadEnvironment(stacks, environment),
    catalogue,
    lock: readLock(stacks, environment),
    today: today(),
  });
  for (const notice of plan.waived) process.stdout.write(`Waiver: ${notice}\n`);
  process.stdout.write(
    plan.findings.length > 0
      ? `${formatFindings(environment, plan.findings)}\n`
      : `Environment "${environment}": no findings.\n`,
  );
  return 0;
});
