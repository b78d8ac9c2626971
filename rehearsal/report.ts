import { table } from "../plan/table.ts";
import type { Plan } from "../plan/types.ts";
import type { Report } from "./events.ts";
import { shellWord } from "./exec.ts";
import { requestIn } from "./providers/dialects.ts";
import { pathOn, requestFor, type Ask, type Entry, type Exchange } from "./traffic.ts";

/** What no rehearsal can show; printed at the end of every run. */
export const notRehearsed = [
  "enforcement of network policies (their schema is checked)",
  "image pulls and digests (that pull secrets exist is checked)",
  "real weights, GPU memory, speed and quality of answers",
  "drivers and the GPU side of the device plugin",
  "real start-up times: pods start as slowly as the plan estimates, in a time of the rehearsal's own",
  "volumes: claims are bound by access mode and zone, nothing is mounted",
  "zones of a cluster that is there (three are assumed), and what a StorageClass can do that only it has",
  "cloud resources, load balancer, DNS and TLS certificates",
  "external providers: they are simulated; real keys, model ids, limits, prices and answers are not",
  "the gateway's own Deployment: Envoy runs as one process",
  "more than one replica of the body-based router",
] as const;

/** What a round of traffic gave, beside what the plan says of each specialist. */
export function reportOf(plan: Plan, specialists: readonly Exchange[], gateway: readonly Exchange[]): Report {
  const { gpus, usdPerHour, region, priceDate, leftOut } = plan.cost;
  return {
    specialists: specialists.map((one) => {
      const planned = plan.specialists.find(({ name }) => name === one.name);
      const external = plan.gateway.external.find(({ provider }) => provider === one.name);
      return {
        ...one,
        domain: planned?.domain ?? external?.domain ?? "",
        runtime: planned?.runtime ?? (external ? "external" : ""),
        pool: planned?.pool ?? "",
        gpusPerReplica: planned?.gpusPerReplica ?? 0,
      };
    }),
    gateway: [...gateway],
    cost: { gpus, usdPerHour, region, priceDate, leftOut: [...leftOut] },
    notRehearsed: [...notRehearsed],
  };
}

const said = ({ ok, answer }: { readonly ok: boolean; readonly answer: string }) =>
  `${ok ? "ok" : "FAILED"}: ${answer}`;

/** The table of specialists, what the gateway promises, and the totals. */
export function reportText({ specialists, gateway, cost, notRehearsed }: Report): string {
  const header = ["specialist", "domain", "runtime", "pool", "node", "GPUs", "route", "answer", "time"];
  return [
    table(
      header,
      specialists.map((one) => [
        one.name,
        one.domain,
        one.runtime,
        one.pool,
        one.node,
        String(one.gpusPerReplica),
        one.route,
        said(one),
        `${one.milliseconds} ms`,
      ]),
    ),
    table(
      ["the gateway", "path", "answer", "time"],
      gateway.map((one) => [one.name, one.route, said(one), `${one.milliseconds} ms`]),
    ),
    `Total: ${cost.gpus} GPUs, ${cost.usdPerHour.toFixed(2)} USD per hour (On-Demand, ${cost.region}, prices of ${cost.priceDate}). The sum leaves out: ${cost.leftOut.join("; ")}.`,
    `Not rehearsed: ${notRehearsed.join("; ")}.`,
  ].join("\n\n");
}

/** A request to the first specialist, or where there is none to the first external provider. */
function firstAsk(plan: Plan): Ask | undefined {
  const [first] = plan.specialists;
  if (first) {
    const route = plan.gateway.paths.find(({ specialist }) => specialist === first.name);
    return requestFor(first, first.name, first.names.length === 0 && route ? pathOn(route) : undefined);
  }
  const [external] = plan.gateway.external;
  const [way] = external?.paths ?? [];
  return external && way && requestIn(way.dialect, way.path, external.model);
}

/** A request that works from another terminal, through the rehearsal's UNIX socket. */
export function curlLine(plan: Plan, entry: Entry, socket: string): string {
  const ask = firstAsk(plan);
  if (!ask) return "";
  const key = entry.key === undefined ? [] : ["-H", shellWord(`Authorization: Bearer ${entry.key}`)];
  const body = ["-H", shellWord("Content-Type: application/json"), "-d", shellWord(JSON.stringify(ask.body))];
  return ["curl", "--unix-socket", shellWord(socket), ...key, ...body, `http://${entry.host}${ask.path}`].join(" ");
}
