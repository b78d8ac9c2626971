import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { catalogue } from "./catalogue/index.ts";
import { deploy } from "./components/deploy.ts";
import { edgesFromEnvironment } from "./components/edges.ts";
import { engineConfig, secretSource, withClearSecrets } from "./components/engine-config.ts";
import { RefusedError } from "./config/finding.ts";
import { environmentsIn, loadEnvironment, readStackFile } from "./config/load.ts";
import { readLock } from "./plan/lock.ts";
import { makePlan } from "./plan/make-plan.ts";

const stacks = process.env["POLYMATH_STACKS"] ?? fileURLToPath(new URL("./stacks", import.meta.url));
const name = pulumi.getStack();

function outputs() {
  try {
    const file = environmentsIn(stacks).includes(name) ? readStackFile(stacks, name) : {};
    const environment = loadEnvironment(stacks, name, withClearSecrets(engineConfig(), file));
    const plan = makePlan({
      environment,
      catalogue,
      lock: readLock(stacks, name),
      today: new Date().toISOString().slice(0, 10),
    });
    return deploy(plan, secretSource(), edgesFromEnvironment());
  } catch (error) {
    // The engine prints a RunError's message alone; a refusal needs no stack trace.
    throw error instanceof RefusedError ? new pulumi.RunError(error.message) : error;
  }
}

export const { host, specialists, usdPerHour } = outputs();
