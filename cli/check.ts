import { formatFindings, RefusedError } from "../config/finding.ts";
import { environmentAndFlags, planOf, run } from "./common.ts";

await run(() => {
  const { environment } = environmentAndFlags("npm run check -- [ENVIRONMENT]", []);
  const { waived, findings, missing } = planOf(environment);
  if (missing.length > 0) throw new RefusedError(environment, [...findings, ...missing]);
  for (const notice of waived) process.stdout.write(`Waiver: ${notice}\n`);
  process.stdout.write(
    findings.length > 0 ? `${formatFindings(environment, findings)}\n` : `Environment "${environment}": no findings.\n`,
  );
  return 0;
});
