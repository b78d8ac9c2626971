import { regulations } from "../catalogue/regulations.ts";
import { formatFindings } from "../config/finding.ts";
import { table } from "./table.ts";
import type { NamespacePlan, Plan } from "./types.ts";

const usd = (value: number) => value.toFixed(2);
const gib = (value: number | null) => (value === null ? "-" : value.toFixed(1));

/** What leaves the cluster; nothing where nothing does. */
function externalTable({ external }: Plan["gateway"]): readonly string[] {
  if (external.length === 0) return [];
  const rows = external.flatMap((one) =>
    one.paths.map(({ path }) => [
      one.names.length > 0 ? `model = ${one.names.join(" | ")} on ${path}` : path,
      one.provider,
      one.host,
      one.credential,
    ]),
  );
  return [table(["route out of the cluster", "external provider", "host", "credential"], rows)];
}

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
    ...explainGovernance(plan.namespaces),
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
    ...externalTable(gateway),
    `Host ${gateway.host}; clients with an API key: ${gateway.clients.join(", ") || "none, the gateway asks for no authentication"}.`,
    `Egress: ${[...new Set(plan.specialists.flatMap(({ egress }) => egress.map(({ cidr, port }) => `${cidr} port ${port} (private networks and instance metadata excepted)`)))].join("; ") || "none from pods"}.`,
    `Cost: ${cost.gpus} GPUs, ${usd(cost.usdPerHour)} USD per hour, ${usd(cost.usdPerMonth)} USD per month of 730 hours (On-Demand, ${cost.region}, prices of ${cost.priceDate}).`,
    `The sum leaves out: ${cost.leftOut.join("; ")}.`,
  ];
  if (plan.unresolved.length > 0) sections.push(`Not resolved in the lock: ${plan.unresolved.join("; ")}.`);
  if (plan.missing.length > 0)
    sections.push(
      `Not yet deployable; a rehearsal simulates what is missing.\n${formatFindings(
        plan.environment,
        plan.missing.map((one) => ({ ...one, severity: "warning" })),
      )}`,
    );
  for (const notice of plan.waived) sections.push(`Waiver: ${notice}`);
  if (plan.findings.length > 0) sections.push(formatFindings(plan.environment, plan.findings));
  return `${sections.join("\n\n")}\n`;
}

/** What may go to each domain, and the regulations that usually apply, each once. */
function explainGovernance(namespaces: readonly NamespacePlan[]): readonly string[] {
  const applying = [...new Set(namespaces.flatMap(({ governance }) => governance.regulations))];
  const domains = table(
    ["domain", "data classes", "regulations", "external providers", "human review"],
    namespaces.map(({ domain, governance }) => [
      domain,
      governance.dataClasses.join(", "),
      governance.regulations.join(", ") || "-",
      governance.externalProviders ? "allowed" : "none",
      governance.humanReview ? "required" : "none",
    ]),
  );
  if (applying.length === 0) return [domains];
  const texts = applying.map((id) => {
    const { title, asks, sources } = regulations[id];
    return `  ${id}: ${title}. ${asks} ${sources.join(" ")}`;
  });
  return [domains, `Regulations that usually apply, no legal advice:\n${texts.join("\n")}`];
}
