import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/deploy.ts";
import { edgesFromEnvironment } from "./components/edges.ts";
import { engineConfig, secretSource, withClearSecrets } from "./components/engine-config.ts";
import { RefusedError } from "./config/finding.ts";
import { environmentsIn, readStackFile } from "./config/load.ts";
import { planEnvironment } from "./plan/plan-environment.ts";

const stacks = process.env["POLYMATH_STACKS"] ?? fileURLToPath(new URL("./stacks", import.meta.url));
const name = pulumi.getStack();

function outputs() {
  try {
    const file = environmentsIn(stacks).includes(name) ? readStackFile(stacks, name) : {};
    const plan = planEnvironment(stacks, name, withClearSecrets(engineConfig(), file));
    const edges = edgesFromEnvironment();
    // A rehearsal simulates what is still to be brought.
    if (!edges && plan.missing.length > 0) throw new RefusedError(name, plan.missing);
    return deploy(plan, secretSource(), edges);
  } catch (error) {
    // The engine prints a RunError's message alone; a refusal needs no stack trace.
    throw error instanceof RefusedError ? new pulumi.RunError(error.message) : error;
  }
}

export const { host, specialists, usdPerHour } = outputs();
