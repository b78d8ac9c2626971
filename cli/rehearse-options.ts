import { parseArgs } from "node:util";
import { gatewayNamespace } from "../plan/names.ts";
import type { Plan } from "../plan/types.ts";
import { suggest } from "../config/nearest.ts";
import { drillUsage, parseDrill, type Drill } from "../rehearsal/drills/drill.ts";
import { faultSchema, type Fault } from "../rehearsal/job.ts";
import { defaultTimeScale } from "../rehearsal/time-scale.ts";
import { zonesOf } from "../rehearsal/zones.ts";
import { UserError } from "./common.ts";

export const usage = `Usage: npm run rehearse -- [ENVIRONMENT] [OPTION ...]
       npm run rehearse -- exec [--run NAME] [-- COMMAND [ARG ...]]
       npm run rehearse -- logs

Applies an environment (default local) to a cluster of its own on this machine, sends traffic to every specialist and reports. Stays up
until Ctrl-C when all is well; otherwise ends with exit code 1 and says where the logs are.

  --once       prove that a second preview and a refresh change nothing, take everything down, and end
  --keep       stay up also when something failed, so that you can look around; not together with --once
  --quiet      print the final tables, failures and warnings only
  --json       print one JSON document to standard output, everything else to standard error; ends like --once,
               with --keep the document comes when it stands. "npm run -s" leaves npm's own lines out
  --patience   seconds without any change after which what is not ready counts as failed (default 60)
  --drill      kill something under steady traffic, and compare what is lost with what the plan promises; may be given several
               times; ends like --once, unless --keep is given: ${drillUsage}
  --fault      break something on purpose: cordoned-pool=POOL, unlabelled-nodes, revoked-grant=NAMESPACE, no-failover,
               silent-server=SPECIALIST, failing-server=SPECIALIST, slow-start=SPECIALIST
  --time-scale real seconds for each second of start-up times and of Kubernetes' own waiting (default 0.001)
  --help       print this

exec runs a command inside a running rehearsal, with its kubectl and pulumi first on PATH; without a command, a shell. Its exit code is
the command's. logs lists the logs that are kept of your latest failures.`;

export interface RehearseOptions {
  readonly environment: string;
  readonly once: boolean;
  readonly keep: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly patienceSeconds: number;
  readonly timeScale: number;
  readonly faults: Fault[];
  readonly drills: Drill[];
}

function parseFault(text: string): Fault {
  const [kind, target] = text.split("=", 2);
  const parsed = faultSchema.safeParse(target === undefined ? { kind } : { kind, target });
  if (!parsed.success) throw new UserError(`"${text}" is no fault.\n${usage}`);
  return parsed.data;
}

function drillOf(text: string): Drill {
  const drill = parseDrill(text);
  if (!drill) throw new UserError(`"${text}" is no drill; use one of: ${drillUsage}`);
  return drill;
}

/** Reads the command line; undefined when it asks for help. @throws UserError with the usage. */
export function parseOptions(argv: readonly string[]): RehearseOptions | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        once: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        patience: { type: "string", default: "60" },
        "time-scale": { type: "string", default: String(defaultTimeScale) },
        drill: { type: "string", multiple: true, default: [] },
        fault: { type: "string", multiple: true, default: [] },
      },
    });
    if (values.help) return undefined;
    if (positionals.length > 1) throw new UserError(`One environment at a time; given: ${positionals.join(", ")}.`);
    if (values.once && values.keep)
      throw new UserError("--once takes everything down, --keep keeps it up: give one of them.");
    const patienceSeconds = Number(values.patience);
    if (!(Number.isFinite(patienceSeconds) && patienceSeconds > 0)) {
      throw new UserError(`--patience takes a number of seconds above 0; given: "${values.patience}".`);
    }
    const timeScale = Number(values["time-scale"]);
    if (!(timeScale > 0 && timeScale <= 1)) {
      throw new UserError(`--time-scale takes a number above 0, at most 1; given: "${values["time-scale"]}".`);
    }
    return {
      environment: positionals[0] ?? "local",
      // A script that asks for a document wants an end, and so does a drill.
      once: values.once || ((values.json || values.drill.length > 0) && !values.keep),
      keep: values.keep,
      quiet: values.quiet,
      json: values.json,
      patienceSeconds,
      timeScale,
      faults: values.fault.map(parseFault),
      drills: values.drill.map(drillOf),
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
    case "slow-start":
      return plan.specialists.map(({ name }) => name);
    case "unlabelled-nodes":
    case "no-failover":
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

/** Nodes, pools and zones that a drill can name, as a rehearsal of this plan will have them. */
function victimsOf(kind: "node" | "zone", plan: Plan): readonly string[] {
  const zones = zonesOf(plan).map(({ zone }) => zone);
  if (kind === "zone") return zones;
  const nodes = plan.pools.flatMap(({ name, nodes: count }) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`),
  );
  return [...plan.pools.map(({ name }) => name), ...nodes, ...zones.map((_, index) => `system-${index}`)];
}

/** Said before anything is started. @throws UserError for a drill whose target will not be there. */
export function checkDrills(drills: readonly Drill[], plan: Plan): void {
  for (const drill of drills) {
    if ((drill.kind !== "node" && drill.kind !== "zone") || drill.target === undefined) continue;
    const victims = victimsOf(drill.kind, plan);
    if (!victims.includes(drill.target)) {
      throw new UserError(
        `--drill ${drill.kind}: the environment has no "${drill.target}"; ${suggest(drill.target, victims)}`,
      );
    }
  }
}
