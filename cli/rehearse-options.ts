import { parseArgs } from "node:util";
import { gatewayNamespace } from "../plan/names.ts";
import type { Plan } from "../plan/types.ts";
import { suggest } from "../config/nearest.ts";
import { faultSchema, type Fault } from "../rehearsal/job.ts";
import { UserError } from "./common.ts";

const usage = `Usage: npm run rehearse -- [ENVIRONMENT] [--once] [--patience SECONDS] [--fault KIND[=TARGET]]
  --once       take everything down after the report
  --patience   seconds without any change after which what is not ready counts as failed (default 60)
  --fault      break something on purpose: cordoned-pool=POOL, unlabelled-nodes, revoked-grant=NAMESPACE, silent-server=SPECIALIST,
               failing-server=SPECIALIST`;

export interface RehearseOptions {
  readonly environment: string;
  readonly once: boolean;
  readonly patienceSeconds: number;
  readonly faults: Fault[];
}

function parseFault(text: string): Fault {
  const [kind, target] = text.split("=", 2);
  const parsed = faultSchema.safeParse(target === undefined ? { kind } : { kind, target });
  if (!parsed.success) throw new UserError(`"${text}" is no fault.\n${usage}`);
  return parsed.data;
}

/** Reads the command line. @throws UserError with the usage. */
export function parseOptions(argv: readonly string[]): RehearseOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        once: { type: "boolean", default: false },
        patience: { type: "string", default: "60" },
        fault: { type: "string", multiple: true, default: [] },
      },
    });
    if (positionals.length > 1) throw new UserError(`One environment at a time; given: ${positionals.join(", ")}.`);
    const patienceSeconds = Number(values.patience);
    if (!(Number.isFinite(patienceSeconds) && patienceSeconds > 0)) {
      throw new UserError(`--patience takes a number of seconds above 0; given: "${values.patience}".`);
    }
    return {
      environment: positionals[0] ?? "local",
      once: values.once,
      patienceSeconds,
      faults: values.fault.map(parseFault),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Targets that a fault can name in this plan; none for faults without a target. */
function targetsOf(fault: Fault, plan: Plan): readonly string[] {
  switch (fault.kind) {
    case "cordoned-pool":
      return plan.pools.map(({ name }) => name);
    case "revoked-grant":
      return plan.namespaces.map(({ name }) => name).filter((name) => name !== gatewayNamespace(plan.environment));
    case "silent-server":
    case "failing-server":
      return plan.specialists.map(({ name }) => name);
    case "unlabelled-nodes":
      return [];
  }
}

/** A fault that names nothing would break nothing, and prove nothing. @throws UserError for such a target. */
export function checkFaults(faults: readonly Fault[], plan: Plan): void {
  for (const fault of faults) {
    if (!("target" in fault)) continue;
    const targets = targetsOf(fault, plan);
    if (!targets.includes(fault.target)) {
      throw new UserError(
        `--fault ${fault.kind}: the environment has no "${fault.target}"; ${suggest(fault.target, targets)}`,
      );
    }
  }
}
