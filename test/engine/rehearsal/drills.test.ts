import { afterEach, expect, test } from "vitest";
import { drillReportSchema, type DrillReport } from "../../../rehearsal/drills/report.ts";
import { documentSchema, type RehearsalDocument } from "../../../cli/rehearse/document.ts";
import { rehearse, sandbox, type Sandbox } from "../../support/rehearse.ts";
import { lock, stacksWith } from "../../support/stacks.ts";

let box: Sandbox | undefined;
afterEach(() => box?.remove());

/** A rehearsal of drills: how it ended, and its document with the reports. */
async function drill(
  environment: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly document: RehearsalDocument; readonly reports: DrillReport[] }> {
  if (!box) throw new Error("a test begins with a sandbox");
  const run = rehearse(box, [environment, "--json", "--patience", "15", ...args]);
  const code = await run.ended;
  const document = documentSchema.parse(JSON.parse(run.stdout()));
  return { code, document, reports: document.drills.map((one) => drillReportSchema.parse(one)) };
}

const lost = ({ traffic }: DrillReport["specialists"][number]) => traffic.sent - traffic.ok;
const losses = ({ specialists }: DrillReport) =>
  Object.fromEntries(specialists.map((one) => [one.name, lost(one)]).filter(([, count]) => count !== 0));

test("local promises nothing without its one GPU for each, and says so; the rest of the cluster may die under traffic", async () => {
  box = sandbox();
  const kinds = ["node", "plugin", "api-server", "gateway"];
  const { code, document, reports } = await drill(
    "local",
    kinds.flatMap((kind) => ["--drill", kind]),
  );
  expect(document.failure).toBeNull();
  expect(code).toBe(0);
  expect(document.stable).toBe(true);
  expect(reports.map(({ drill: kind, kept }) => [kind, kept])).toEqual(kinds.map((kind) => [kind, true]));
  const [node, plugin, apiServer, gateway] = reports;
  if (!node || !plugin || !apiServer || !gateway) throw new Error("a report is missing");

  expect(node).toMatchObject({
    target: "g5-xlarge-1gpu-0",
    nodes: ["g5-xlarge-1gpu-0"],
    why: "hurts most of all nodes: 1 specialist without another replica, 1 replica in all; the first by name of 9 that are as bad",
  });
  const diffdock = node.specialists.find(({ name }) => name === "diffdock");
  expect(diffdock).toMatchObject({
    hit: 1,
    promise: { kind: "lost", why: "no spare GPU: g5-xlarge-1gpu then holds 0 of 1 replica" },
    moves: [{ node: "g5-xlarge-1gpu-0", replacement: { node: null, readySeconds: null } }],
    verdict: {
      kept: true,
      why: "lost until it was put back, as the plan says: no spare GPU: g5-xlarge-1gpu then holds 0 of 1 replica",
    },
  });
  expect(diffdock?.moves[0]?.replacement?.why).toMatch(/^0\/\d+ nodes are available: /);
  expect(diffdock?.away.answeredBy).toEqual([]);
  expect(Object.keys(losses(node))).toEqual(["diffdock"]);
  expect(node.scales.map(({ what, realSeconds }) => [what, realSeconds])).toEqual([
    ["The first node was taken for lost", 50],
    ["The first pod was evicted", 350],
  ]);

  for (const report of [plugin, apiServer]) {
    expect(losses(report)).toEqual({});
    expect(report.specialists.flatMap(({ moves }) => moves)).toEqual([]);
  }
  expect(plugin.checks.map(({ what, kept }) => [what, kept])).toEqual([
    ["No pod of a specialist is rescheduled", true],
    ["GPUs are allocatable again", true],
    ["Everything is ready again at the end", true],
  ]);
  expect(apiServer.checks.map(({ what, kept }) => [what, kept])).toEqual([
    ["No pod of a specialist is rescheduled", true],
    ["The controller manager acts again", true],
    ["The scheduler acts again", true],
    ["Everything is ready again at the end", true],
  ]);
  // Without Envoy nobody is answered.
  expect(Object.keys(losses(gateway)).sort()).toEqual(gateway.specialists.map(({ name }) => name).sort());
});

const twins = `
config:
  polymath:cluster: { kind: rehearsal }
  polymath:bundles:
    - name: finance
      only: [fin-r1]
      specialists: { fin-r1: { replicas: { min: 2, max: 2 }, context: 4096 } }
  polymath:pools: { allow: [L4, L40S] }
  polymath:storage: { className: efs }
  polymath:routing: { host: models.example.com, auth: { apiKey: { clients: [web] } } }
`;

/** A sandbox with an environment of two replicas on two nodes. */
function sandboxOfTwins(): void {
  const stacks = stacksWith({ twins });
  lock(stacks, "twins");
  box = sandbox(stacks);
}

test("two replicas keep answering without one of their nodes, and without one of their zones", async () => {
  sandboxOfTwins();
  const { code, document, reports } = await drill("twins", ["--drill", "node", "--drill", "zone"]);
  expect(document.failure).toBeNull();
  expect(code).toBe(0);
  expect(reports).toHaveLength(2);
  for (const { kept, specialists } of reports) {
    expect(kept).toBe(true);
    expect(specialists).toMatchObject([
      { name: "fin-r1", replicas: 2, hit: 1, promise: { kind: "keeps-answering", mayLose: 1, withinSeconds: 10 } },
    ]);
    expect(specialists[0]?.moves).toMatchObject([{ replacement: { node: null } }]);
    expect(specialists[0]?.away.answeredBy).toHaveLength(1);
    expect(specialists[0]?.traffic.answeredBy.length).toBeGreaterThan(0);
  }
});

test("where Envoy goes on asking the dead replica, the plan promised better", async () => {
  sandboxOfTwins();
  const { code, document, reports } = await drill("twins", ["--drill", "node", "--fault", "no-failover"]);
  expect(code).toBe(1);
  expect(document.ok).toBe(false);
  expect(reports).toMatchObject([{ kept: false, specialists: [{ hit: 1, verdict: { kept: false } }] }]);
  const why = expect.stringMatching(/^requests were lost until [\d.]+ s after the kill; 10 s are promised$/);
  expect(document.failure?.problems).toEqual([{ what: "drill node: fin-r1", why }]);
});
