import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEnvironment, pathText } from "../../../config/issues.ts";
import { error } from "./support.ts";

const sound = {
  cluster: { kind: "existing" },
  bundles: ["finance"],
  routing: { host: "models.example.eu" },
};

const findingsOf = (keys: Readonly<Record<string, unknown>>) => parseEnvironment({ ...sound, ...keys }).findings;

const topKeys =
  "cluster, bundles, models, specialists, pools, storage, routing, external, governance, budget, secrets, waivers, extends";

test("what is left out gets its default", () => {
  expect(parseEnvironment(sound)).toEqual({
    config: {
      cluster: { kind: "existing" },
      bundles: ["finance"],
      specialists: {},
      pools: { purchase: "on-demand", max: 6 },
      storage: {},
      routing: { host: "models.example.eu", aliases: {} },
      models: {},
      external: {},
      governance: { acceptLicences: [], registries: [], use: "commercial", external: "allowed" },
      secrets: {},
      waivers: [],
    },
    findings: [],
  });
});

test.each([
  ["top level", { bundels: [] }, "polymath:bundels", topKeys, 'did you mean "bundles"?'],
  ["top level, extends", { extend: "prod" }, "polymath:extend", topKeys, 'did you mean "extends"?'],
  ["nothing near", { observability: {} }, "polymath:observability", topKeys, 'remove "observability"'],
  ["in a map", { pools: { maxx: 1 } }, "polymath:pools.maxx", "purchase, allow, max", 'did you mean "max"?'],
  [
    "in a map with a kind",
    { cluster: { kind: "existing", contxt: "a" } },
    "polymath:cluster.contxt",
    "kind, context, kubeconfig",
    'did you mean "context"?',
  ],
  [
    "in the other kind",
    { cluster: { kind: "rehearsal", kubeconfig: "a" } },
    "polymath:cluster.kubeconfig",
    "kind, zones",
    'remove "kubeconfig"',
  ],
  [
    "deep in a map",
    { routing: { host: "a.b", auth: { apiKey: { clients: ["a"], client: "b" } } } },
    "polymath:routing.auth.apiKey.client",
    "clients",
    'did you mean "clients"?',
  ],
  [
    "in a list",
    { bundles: ["law", { name: "finance", specialist: {} }] },
    "polymath:bundles[1].specialist",
    "name, only, specialists, governance",
    'did you mean "specialists"?',
  ],
  [
    "in a map in a list",
    { bundles: [{ name: "finance", specialists: { "fin-r1": { contxt: 1 } } }] },
    "polymath:bundles[0].specialists.fin-r1.contxt",
    "replicas, context, concurrency, revision, adapters, settings, source",
    'did you mean "context"?',
  ],
  [
    "in a bundle's governance",
    { bundles: [{ name: "finance", governance: { humanReveiw: true } }] },
    "polymath:bundles[0].governance.humanReveiw",
    "dataClasses, externalProviders, humanReview",
    'did you mean "humanReview"?',
  ],
  [
    "in an own specialist",
    { specialists: { mine: { model: "fin-r1", bundle: "finance", contex: 1 } } },
    "polymath:specialists.mine.contex",
    "model, bundle, replicas, context, concurrency, revision, adapters, settings, source",
    'did you mean "context"?',
  ],
])("a misspelt key, %s", (_where, keys, path, allowed, fix) => {
  const key = path.split(/[.:]/).at(-1);
  expect(findingsOf(keys)).toEqual([error("unknown-key", path, `the key "${key}"`, allowed, fix)]);
});

test.each([
  [{ bundles: "finance" }, "polymath:bundles", '"finance"', "a list"],
  [{ bundles: [] }, "polymath:bundles", "[]", "at least one bundle"],
  [{ bundles: [3] }, "polymath:bundles[0]", "3", "a string or a map"],
  [{ bundles: [["finance"]] }, "polymath:bundles[0]", '["finance"]', "a string or a map"],
  [{ cluster: 3 }, "polymath:cluster", "3", "a map"],
  [{ cluster: { kind: "eks" } }, "polymath:cluster.kind", '"eks"', 'one of: "existing", "rehearsal"'],
  [{ pools: { max: "six" } }, "polymath:pools.max", '"six"', "a number"],
  [{ pools: { max: 1.5 } }, "polymath:pools.max", "1.5", "a whole number"],
  [{ pools: { max: 0 } }, "polymath:pools.max", "0", "a whole number above 0"],
  [{ pools: { allow: [] } }, "polymath:pools.allow", "[]", "at least one GPU kind"],
  [{ pools: { purchase: "spot" } }, "polymath:pools.purchase", '"spot"', 'one of: "on-demand"'],
  [{ routing: { host: "models" } }, "polymath:routing.host", '"models"', "a host name such as models.example.eu"],
  [{ budget: { usdPerMonth: { ceiling: -1 } } }, "polymath:budget.usdPerMonth.ceiling", "-1", "a number above 0"],
  [{ governance: { use: "study" } }, "polymath:governance.use", '"study"', 'one of: "commercial", "research"'],
  [{ governance: { external: false } }, "polymath:governance.external", "false", 'one of: "allowed", "none"'],
  [
    { bundles: [{ name: "finance", governance: { dataClasses: ["public", "secret"] } }] },
    "polymath:bundles[0].governance.dataClasses[1]",
    '"secret"',
    'one of: "public", "internal", "confidential", "personal", "health", "export-controlled"',
  ],
  [
    { bundles: [{ name: "finance", governance: { dataClasses: [] } }] },
    "polymath:bundles[0].governance.dataClasses",
    "[]",
    "at least one data class",
  ],
  [
    { bundles: [{ name: "finance", governance: { humanReview: "yes" } }] },
    "polymath:bundles[0].governance.humanReview",
    '"yes"',
    "true or false",
  ],
  [{ secrets: "hunter2" }, "polymath:secrets", "[secret]", "a map"],
  [{ secrets: { ngc: 42 } }, "polymath:secrets.ngc", "[secret]", "a map or a string"],
  [
    { bundles: [{ name: "finance", specialists: { "fin-r1": { replicas: { min: 1, max: 2 } } } }] },
    "polymath:bundles[0].specialists.fin-r1.replicas.max",
    "2",
    "max must equal min: autoscaling is not part of the kit yet",
  ],
  [
    { waivers: [{ rule: "a", target: "*", reason: "b", expires: "soon", approvedBy: "c" }] },
    "polymath:waivers[0].expires",
    '"soon"',
    "a day such as 2026-12-31",
  ],
])("a wrong value: %j", (keys, path, given, allowed) => {
  expect(findingsOf(keys)).toEqual([error("invalid-value", path, given, allowed, `change ${path}`)]);
});

test("what is missing is asked for", () => {
  expect(parseEnvironment({}).findings).toEqual(
    ["cluster", "bundles", "routing"].map((key) =>
      error(
        "invalid-value",
        `polymath:${key}`,
        "nothing",
        key === "bundles" ? "a list" : "a map",
        `add polymath:${key} to the stack file`,
      ),
    ),
  );
});

test("a key that cannot be a name is told with what a name is", () => {
  expect(findingsOf({ specialists: { "My Model": { model: "fin-r1", bundle: "finance" } } })).toEqual([
    error(
      "invalid-value",
      "polymath:specialists.My Model",
      'the key "My Model"',
      "a name of at most 63 lower-case letters, digits, dots and hyphens",
      "rename the key",
    ),
  ]);
});

test("a map with a wrong and a missing key tells both", () => {
  expect(findingsOf({ bundles: [{ nme: "finance" }] })).toEqual([
    error(
      "invalid-value",
      "polymath:bundles[0].name",
      "nothing",
      "a string",
      "add polymath:bundles[0].name to the stack file",
    ),
    error(
      "unknown-key",
      "polymath:bundles[0].nme",
      'the key "nme"',
      "name, only, specialists, governance",
      'did you mean "name"?',
    ),
  ]);
});

test("without its faults the rest of an environment is still there to be checked", () => {
  const { config } = parseEnvironment({
    cluster: { kind: "existing", contxt: "a" },
    bundles: ["law", { name: "finance", specialists: { "fin-r1": { context: "long", concurrency: 2 } } }],
    pools: { max: "six", allow: ["L4"] },
    routing: { host: "!", aliases: { a: "b" } },
    budgt: 3,
  });
  expect(config).toEqual({
    cluster: { kind: "existing" },
    bundles: ["law", { name: "finance", specialists: { "fin-r1": { concurrency: 2 } } }],
    specialists: {},
    pools: { purchase: "on-demand", allow: ["L4"], max: 6 },
    storage: {},
    routing: { host: "stand-in.invalid", aliases: { a: "b" } },
    models: {},
    external: {},
    governance: { acceptLicences: [], registries: [], use: "commercial", external: "allowed" },
    secrets: {},
    waivers: [],
  });
});

test("an entry that lacks a part goes alone, and the others beside it stay", () => {
  const whole = { licences: ["own"], diskGiB: 4, api: { kind: "chat" } };
  const { config, findings } = parseEnvironment({
    ...sound,
    models: { whole, half: { licences: ["own"], diskGiB: 4 } },
  });
  expect(findings.map(({ path }) => path)).toEqual(["polymath:models.half.api"]);
  expect(Object.keys(config.models)).toEqual(["whole"]);
});

test("governance is read key by key", () => {
  const asked = { dataClasses: ["public", "export-controlled"], externalProviders: false, humanReview: true };
  const { config, findings } = parseEnvironment({
    ...sound,
    bundles: [{ name: "finance", governance: asked }],
    governance: { acceptLicences: ["mit"], use: "research", external: "none" },
  });
  expect(findings).toEqual([]);
  expect(config.bundles).toEqual([{ name: "finance", governance: asked }]);
  expect(config.governance).toEqual({
    acceptLicences: ["mit"],
    registries: [],
    use: "research",
    external: "none",
  });
});

test("a list with a faulty element deep in a bundle is left out, and the bundle stays", () => {
  const governance = { dataClasses: ["public", "secret"], humanReview: true };
  const { config } = parseEnvironment({ ...sound, bundles: ["law", { name: "finance", governance }] });
  expect(config.bundles).toEqual(["law", { name: "finance", governance: { humanReview: true } }]);
});

test("a list with a faulty element is left out whole, so that no path of another one moves", () => {
  const { config } = parseEnvironment({ ...sound, bundles: [3, "law"], waivers: [{ rule: "a" }] });
  expect([config.bundles, config.waivers]).toEqual([[], []]);
});

test("paths read as in the stack file", () => {
  expect([pathText([]), pathText(["bundles", 2, "name"])]).toEqual(["config", "polymath:bundles[2].name"]);
});

const anything = fc
  .anything({ maxDepth: 3 })
  .filter((value) => typeof value !== "function" && typeof value !== "symbol");

test("whatever stands under the keys, there is an answer: an environment, or findings with every field", () => {
  const keys = fc.dictionary(fc.constantFrom(...topKeys.split(", "), "other"), fc.oneof(fc.jsonValue(), anything));
  fc.assert(
    fc.property(keys, (values) => {
      const { findings } = parseEnvironment(structuredClone(values));
      expect(findings.every((one) => Object.values(one).every((field) => field !== ""))).toBe(true);
    }),
  );
});
