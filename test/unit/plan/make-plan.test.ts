import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Catalogue, Governance } from "../../../catalogue/types/index.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { refusedWith } from "../config/support.ts";
import { bundleOf, catalogue, environmentOf, lockOf, planOf, sound, today } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const law = bundleOf("law");

const rulesOf = (keys: Keys, name = "test", lock = lockOf(environmentOf())) =>
  refusedWith(() => makePlan({ environment: environmentOf(keys, name), catalogue, lock, today })).map(
    ({ rule }) => rule,
  );

test("a specialist of the plan holds everything that will be declared", () => {
  const { specialists, pools, namespaces, cluster, secrets, unresolved, findings, waived } = planOf(
    { bundles: ["law"], storage: { className: "gp3" }, cluster: { kind: "rehearsal" } },
    "dev",
  );
  expect(specialists.map(({ serving: _serving, ...one }) => one)).toEqual([
    {
      name: "saul-7b-instruct",
      names: ["saul-7b-instruct"],
      objectName: "saul-7b-instruct",
      model: "saul-7b-instruct",
      domain: "law",
      namespace: "polymath-dev-law",
      runtime: "vllm",
      pool: "g6-xlarge-1gpu",
      replicas: 1,
      gpusPerReplica: 1,
      cpuMilli: 2_000,
      memoryMiB: 12_288,
      size: {
        weightsGiB: 13.5,
        kvCacheGiB: 1.02,
        overheadGiB: 5.58,
        basis: "parts",
        required: 20.1,
        available: 20.56,
        evidence: "estimated",
      },
      store: { name: "saul-7b-instruct-weights", sizeGiB: 20, accessMode: "ReadWriteOnce", className: "gp3" },
      egress: specialists[0]?.egress,
      api: "chat",
    },
  ]);
  expect(pools).toEqual([
    {
      name: "g6-xlarge-1gpu",
      accelerator: "L4",
      instanceType: "g6.xlarge",
      nodes: 1,
      gpusPerNode: 1,
      gpusPerReplica: 1,
      usdPerHour: 0.8048,
    },
  ]);
  expect(namespaces).toEqual([
    {
      name: "polymath-dev-law",
      domain: "law",
      governance: {
        ...law.governance,
        regulations: law.governance.regulations.map(({ regulation }) => regulation),
      },
    },
  ]);
  expect(cluster).toEqual({ kind: "rehearsal", zones: 3 });
  expect(secrets).toEqual([{ key: "client-demo", reason: "API key of the client demo" }]);
  expect(unresolved).toEqual(["saul-7b-instruct: image digest", "saul-7b-instruct: weights revision"]);
  expect([findings, waived]).toEqual([[], []]);
});

describe("governance of a domain", () => {
  const governance: Governance = {
    dataClasses: ["public", "confidential"],
    regulations: [{ regulation: "gdpr", because: "Files hold personal data.", source: "https://example.org" }],
    externalProviders: true,
    humanReview: true,
  };
  const facts: Catalogue = {
    ...catalogue,
    bundles: new Map([...catalogue.bundles, ["law", { ...law, governance }]]),
  };
  const lock = lockOf(environmentOf({ bundles: ["law"] }));
  const planWith = (keys: Keys) =>
    makePlan({ environment: environmentOf({ bundles: ["law"], ...keys }), catalogue: facts, lock, today });
  const bundles = [{ name: "law", governance: { dataClasses: ["public"], humanReview: false } }];
  const path = "polymath:bundles[0].governance.humanReview";

  test("is the bundle's own, and that of the environment over it", () => {
    const own = { ...governance, regulations: ["gdpr"] };
    expect(planWith({}).namespaces[0]?.governance).toEqual(own);
    const external = planWith({ governance: { external: "none" } });
    expect(external.namespaces[0]?.governance).toEqual({ ...own, externalProviders: false });
  });

  test("is laxer under a waiver only, which is said", () => {
    const refused = refusedWith(() => planWith({ bundles }));
    expect(refused.map(({ rule, severity, path: at }) => [rule, severity, at])).toEqual([
      ["governance-loosened", "error", path],
    ]);
    const waiver = {
      rule: "governance-loosened",
      target: path,
      reason: "drafts",
      expires: "2026-12-31",
      approvedBy: "dpo",
    };
    expect(lockOf(environmentOf({ bundles, waivers: [waiver] }))).toEqual(lock);
    const { namespaces, findings, waived } = planWith({ bundles, waivers: [waiver] });
    expect(namespaces[0]?.governance).toEqual({
      dataClasses: ["public"],
      regulations: ["gdpr"],
      externalProviders: true,
      humanReview: false,
    });
    expect(findings).toEqual(refused.map((one) => ({ ...one, severity: "warning" })));
    expect(waived).toEqual([`governance-loosened at ${path} is waived until 2026-12-31 by dpo: drafts`]);
  });
});

test("several replicas share one claim, which must then be mountable on all their nodes", () => {
  const bundles = [{ name: "law", specialists: { "saul-7b-instruct": { replicas: { min: 2, max: 2 } } } }];
  const plan = planOf({ bundles });
  expect(plan.specialists[0]?.store).toEqual({
    name: "saul-7b-instruct-weights",
    sizeGiB: 20,
    accessMode: "ReadWriteMany",
  });
  expect(plan.pools.map(({ nodes, usdPerHour }) => [nodes, usdPerHour])).toEqual([[2, 1.6096]]);
});

test("an existing cluster keeps what was said about it, and nothing else", () => {
  const secrets = { "client-demo": { secure: "v1:abc" } };
  const clusterOf = (cluster: Keys) => planOf({ bundles: ["law"], cluster, secrets }).cluster;
  expect(clusterOf({ kind: "existing" })).toStrictEqual({ kind: "existing" });
  expect(clusterOf({ kind: "existing", context: "eu", kubeconfig: "/k" })).toStrictEqual({
    kind: "existing",
    context: "eu",
    kubeconfig: "/k",
  });
});

test("prices and resolved values are the lock's, not the catalogue's", () => {
  const lock = lockOf(environmentOf({ bundles: ["law"] }));
  const entry = lock.specialists["saul-7b-instruct"];
  if (!entry) throw new Error("The lock lacks its specialist.");
  const plan = planOf({ bundles: ["law"] }, "test", {
    ...lock,
    prices: { region: "eu-central-1", date: "2026-01-02" },
    pools: lock.pools.map((pool) => ({ ...pool, usdPerHour: 2 })),
    specialists: { "saul-7b-instruct": { ...entry, revision: "0123abc" } },
  });
  expect(plan.cost).toMatchObject({
    usdPerHour: 2,
    usdPerMonth: 1_460,
    region: "eu-central-1",
    priceDate: "2026-01-02",
  });
  expect(plan.specialists[0]?.serving.args).toContain("0123abc");
  expect(plan.unresolved).toEqual(["saul-7b-instruct: image digest"]);
});

describe("refused", () => {
  test("without a lock", () => {
    const environment = environmentOf();
    expect(
      refusedWith(() => makePlan({ environment, catalogue, lock: undefined, today })).map(({ rule }) => rule),
    ).toEqual(["lock-missing"]);
  });

  test("with a lock that misfits", () => {
    expect(rulesOf({ bundles: ["finance"] })).toContain("lock-misfit");
  });

  test("a lock is not judged against an environment with other errors", () => {
    expect(rulesOf({ bundles: ["finance", "lwa"] })).toEqual(["unknown-bundle"]);
  });

  test("with faults of the shape, beside those of the content", () => {
    expect(rulesOf({ bundles: ["finance", "lwa"], budgt: 1, routing: { host: "a.b" } })).toEqual([
      "unknown-key",
      "unknown-bundle",
      "no-authentication",
    ]);
  });

  test("a faulty shape alone is enough, whatever is left of it", () => {
    expect(rulesOf({ pols: { max: 1 } })).toEqual(["unknown-key"]);
  });

  test("above its budget, unless that is waived", () => {
    const budget = { usdPerMonth: { ceiling: 100 } };
    expect(rulesOf({ budget })).toEqual(["budget-exceeded"]);
    const waivers = [
      { rule: "budget-exceeded", target: "*", reason: "launch", expires: "2026-12-31", approvedBy: "cfo" },
    ];
    const plan = planOf({ budget, waivers });
    expect(plan.findings.map(({ rule, severity }) => [rule, severity])).toEqual([["budget-exceeded", "warning"]]);
    expect(plan.waived).toEqual(["budget-exceeded at * is waived until 2026-12-31 by cfo: launch"]);
  });

  test("a waiver for the budget is not called useless while the lock is missing", () => {
    const waivers = [
      { rule: "budget-exceeded", target: "*", reason: "launch", expires: "2026-12-31", approvedBy: "cfo" },
    ];
    const environment = environmentOf({ budget: { usdPerMonth: { ceiling: 100 } }, waivers });
    expect(
      refusedWith(() => makePlan({ environment, catalogue, lock: undefined, today })).map(({ rule }) => rule),
    ).toEqual(["lock-missing"]);
  });

  test("open to everybody, unless it is called local", () => {
    const keys = { bundles: ["law"], routing: { host: "a.b" } };
    expect(rulesOf(keys, "prod", lockOf(environmentOf(keys, "prod")))).toEqual(["no-authentication"]);
    expect(planOf(keys, "local").gateway.clients).toEqual([]);
  });
});

/** Environments that can be planned. */
const plannable: fc.Arbitrary<Keys> = fc
  .record({
    bundles: fc.shuffledSubarray(["FinanceNeMo", "law", "medicine", "biology", "Nemotron"], { minLength: 1 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    aliased: fc.boolean(),
  })
  .map(({ bundles, replicas, aliased }) => ({
    ...sound,
    bundles: bundles.map((name) =>
      name === "law"
        ? { name, specialists: { "saul-7b-instruct": { replicas: { min: replicas, max: replicas } } } }
        : name,
    ),
    routing: {
      host: "models.example.eu",
      auth: { apiKey: { clients: ["demo"] } },
      aliases: aliased && bundles.includes("law") ? { review: "saul-7b-instruct" } : {},
    },
    secrets: { "client-demo": { secure: "v1:hunter2" } },
  }));

describe("for any environment that can be planned", () => {
  test("the plan is the same each time, survives JSON, and holds no secret", () => {
    fc.assert(
      fc.property(plannable, (keys) => {
        const plan = planOf(keys);
        expect(planOf(keys)).toStrictEqual(plan);
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
        expect(JSON.stringify(plan)).not.toContain("hunter2");
      }),
      { numRuns: 40 },
    );
  });

  test("every specialist stands on a pool of the plan with its GPUs, in a namespace of the plan, with a route", () => {
    fc.assert(
      fc.property(plannable, (keys) => {
        const { specialists, pools, namespaces, gateway, cost } = planOf(keys);
        for (const one of specialists) {
          expect(pools.find(({ name }) => name === one.pool)?.gpusPerReplica).toBe(one.gpusPerReplica);
          expect(namespaces.map(({ name }) => name)).toContain(one.namespace);
          const routes = [...gateway.models, ...gateway.paths].filter(({ service }) => service === one.objectName);
          expect([...new Set(routes.map(({ namespace }) => namespace))]).toEqual([one.namespace]);
          expect(one.size.required).toBeLessThanOrEqual(one.size.available);
        }
        const gpus = specialists.reduce((sum, { replicas, gpusPerReplica }) => sum + replicas * gpusPerReplica, 0);
        expect(cost.gpus).toBeGreaterThanOrEqual(gpus);
        expect(new Set(specialists.map(({ objectName }) => objectName)).size).toBe(specialists.length);
      }),
      { numRuns: 40 },
    );
  });

  test("the order of bundles changes the order of the plan, not what is in it", () => {
    fc.assert(
      fc.property(plannable, (keys) => {
        const bundles = Array.isArray(keys["bundles"]) ? keys["bundles"].toReversed() : [];
        const [plan, turned] = [planOf(keys), planOf({ ...keys, bundles })];
        const byName = (specialists: typeof plan.specialists) => new Map(specialists.map((one) => [one.name, one]));
        expect(byName(turned.specialists)).toEqual(byName(plan.specialists));
        expect([turned.pools, turned.cost, turned.secrets.map(({ key }) => key)]).toEqual([
          plan.pools,
          plan.cost,
          plan.secrets.map(({ key }) => key),
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
