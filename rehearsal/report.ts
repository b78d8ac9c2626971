import { table } from "../plan/table.ts";
import type { Plan } from "../plan/types.ts";
import { requestFor, type Entry, type Exchange } from "./traffic.ts";

/** What no rehearsal can show; printed at the end of every run. */
export const notRehearsed = [
  "enforcement of network policies (their schema is checked)",
  "image pulls, digests and pull secrets",
  "real weights, GPU memory, speed and quality of answers",
  "drivers and the GPU side of the device plugin",
  "start-up times: pods are ready as soon as their server answers",
  "volumes: claims are bound, nothing is mounted",
  "cloud resources, load balancer, DNS and TLS certificates",
  "the gateway's own Deployment: Envoy runs as one process",
  "more than one replica of the body-based router",
] as const;

const mark = (ok: boolean) => (ok ? "ok" : "FAILED");

/** The table of specialists, what the gateway promises, and the totals. */
export function report(plan: Plan, specialists: readonly Exchange[], gateway: readonly Exchange[]): string {
  const rows = specialists.map((one) => {
    const specialist = plan.specialists.find(({ name }) => name === one.name);
    return [
      one.name,
      specialist?.domain ?? "",
      specialist?.runtime ?? "",
      specialist?.pool ?? "",
      one.node,
      String(specialist?.gpusPerReplica ?? ""),
      one.route,
      `${mark(one.ok)}: ${one.answer}`,
      `${one.milliseconds} ms`,
    ];
  });
  const { cost } = plan;
  return [
    table(["specialist", "domain", "runtime", "pool", "node", "GPUs", "route", "answer", "time"], rows),
    table(
      ["the gateway", "path", "answer", "time"],
      gateway.map((one) => [one.name, one.route, `${mark(one.ok)}: ${one.answer}`, `${one.milliseconds} ms`]),
    ),
    `Total: ${cost.gpus} GPUs, ${cost.usdPerHour.toFixed(2)} USD per hour (On-Demand, ${cost.region}, prices of ${cost.priceDate}). The sum leaves out: ${cost.leftOut.join("; ")}.`,
    `Not rehearsed: ${notRehearsed.join("; ")}.`,
  ].join("\n\n");
}

/** A request that works from another terminal, through the rehearsal's UNIX socket: to the first specialist. */
export function curlLine(plan: Plan, entry: Entry, socket: string): string {
  const first = plan.specialists[0];
  if (!first) return "";
  const path = plan.gateway.paths.find(({ specialist }) => specialist === first.name)?.path;
  const ask = requestFor(first, first.name, path);
  const key = entry.key === undefined ? "" : ` -H 'Authorization: Bearer ${entry.key}'`;
  const body = JSON.stringify(ask.body);
  return `curl --unix-socket '${socket.replaceAll("'", `'\\''`)}'${key} -H 'Content-Type: application/json' -d '${body}' http://${entry.host}${ask.path}`;
}
