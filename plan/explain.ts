import { formatFindings } from "../config/finding.ts";
import { table } from "./table.ts";
import type { Plan } from "./types.ts";

const usd = (value: number) => value.toFixed(2);
const gib = (value: number | null) => (value === null ? "-" : value.toFixed(1));

/** The plan as text for a terminal. */
export function explain(plan: Plan): string {
  const { cost, gateway } = plan;
  const sections = [
    `Environment ${plan.environment} (cluster: ${plan.cluster.kind})`,
    table(
      ["pool", "instance type", "GPU", "nodes", "GPUs per node", "GPUs per replica", "USD/h"],
      plan.pools.map((pool) => [
        pool.name,
        pool.instanceType,
        pool.accelerator,
        String(pool.nodes),
        String(pool.gpusPerNode),
        String(pool.gpusPerReplica),
        usd(pool.usdPerHour),
      ]),
    ),
    table(
      [
        "specialist",
        "domain",
        "runtime",
        "pool",
        "replicas",
        "GPUs",
        "weights GiB",
        "KV GiB",
        "needs",
        "has",
        "basis",
        "evidence",
        "ready within",
      ],
      plan.specialists.map(({ size, serving, ...one }) => [
        one.name,
        one.domain,
        one.runtime,
        one.pool,
        String(one.replicas),
        String(one.gpusPerReplica),
        gib(size.weightsGiB),
        gib(size.kvCacheGiB),
        gib(size.required),
        gib(size.available),
        size.basis,
        size.evidence,
        `${Math.ceil(serving.deadlines.progress / 60)} min`,
      ]),
    ),
    table(
      ["route", "specialist", "namespace", "port"],
      [
        ...gateway.models.map((route) => [
          `model = ${route.names.join(" | ")}`,
          route.specialist,
          route.namespace,
          String(route.port),
        ]),
        ...gateway.paths.map((route) => [route.path, route.specialist, route.namespace, String(route.port)]),
      ],
    ),
    `Host ${gateway.host}; clients with an API key: ${gateway.clients.join(", ") || "none, the gateway asks for no authentication"}.`,
    `Egress: ${[...new Set(plan.specialists.flatMap(({ egress }) => egress.map(({ cidr, port }) => `${cidr} port ${port} (private networks and instance metadata excepted)`)))].join("; ")}.`,
    `Cost: ${cost.gpus} GPUs, ${usd(cost.usdPerHour)} USD per hour, ${usd(cost.usdPerMonth)} USD per month of 730 hours (On-Demand, ${cost.region}, prices of ${cost.priceDate}).`,
    `The sum leaves out: ${cost.leftOut.join("; ")}.`,
  ];
  if (plan.unresolved.length > 0) sections.push(`Not resolved in the lock: ${plan.unresolved.join("; ")}.`);
  for (const notice of plan.waived) sections.push(`Waiver: ${notice}`);
  if (plan.findings.length > 0) sections.push(formatFindings(plan.environment, plan.findings));
  return `${sections.join("\n\n")}\n`;
}
