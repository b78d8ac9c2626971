import { catalogue } from "../catalogue/index.ts";
import { loadEnvironment } from "../config/load.ts";
import { readLock, writeLock } from "../plan/lock.ts";
import { solveLock } from "../plan/solve-lock.ts";
import { environmentAndFlags, run, stacksFolder } from "./common.ts";

await run(() => {
  const { environment } = environmentAndFlags("npm run lock -- [ENVIRONMENT]", []);
  const stacks = stacksFolder();
  const { lock, moves } = solveLock(loadEnvironment(stacks, environment), catalogue, readLock(stacks, environment));
  const file = writeLock(stacks, lock);
  const lines = moves.length > 0 ? moves : ["no specialist moves"];
  process.stdout.write(
    `${lines.map((line) => `  ${line}`).join("\n")}\nWrote ${file}. Review it and commit it beside the stack file.\n`,
  );
  return 0;
});
