import { describe, expect, test } from "vitest";
import { catalogue as whole } from "../../../catalogue/index.ts";
import type { Catalogue, Provider } from "../../../catalogue/types/index.ts";
import { checkSelection, secretNeeds } from "../../../plan/checks.ts";
import { explain } from "../../../plan/explain.ts";
import { externalRoutes } from "../../../plan/external.ts";
import { select } from "../../../plan/select.ts";
import { error, refusedWith } from "../config/support.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import { catalogue as small, environmentOf, today } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const acceptLicences = ["aws-service-terms", "gemini-api-terms", "nvidia-api-trial", "openai-services-agreement"];
const providers = [
  "bedrock-claude-sonnet-4-6",
  "bedrock-nova-2-lite",
  "google-gemini",
  "nvidia-api-catalog",
  "openai-gpt",
];
/** The small catalogue with the external providers. */
const catalogue: Catalogue = {
  ...small,
  providers: whole.providers,
  bundles: new Map([...small.bundles, ...[...whole.bundles].filter(([id]) => id === "proprietary")]),
};

const proprietary: Keys = { bundles: ["Proprietary"], governance: { acceptLicences } };

function findingsOf(keys: Keys, rows: Catalogue = catalogue) {
  const { config, faults = [] } = environmentOf({ ...proprietary, ...keys });
  const selection = select(config, rows);
  return [...faults, ...selection.findings, ...checkSelection(config, selection, rows)];
}

function routesOf(keys: Keys = {}) {
  const { config } = environmentOf({ ...proprietary, ...keys });
  return externalRoutes(config, select(config, catalogue));
}

function planOf(keys: Keys) {
  const environment = environmentOf(keys);
  return makePlan({ environment, catalogue, lock: solveLock(environment, catalogue, undefined).lock, today });
}

const only = (...names: readonly string[]) => ({ name: "proprietary", only: names });

function rowsWith(id: string, changes: Partial<Provider>): Catalogue {
  const row = catalogue.providers.get(id);
  if (!row) throw new Error(`The catalogue has no provider ${id}.`);
  return { ...catalogue, providers: new Map([...catalogue.providers, [id, { ...row, ...changes }]]) };
}

describe("the bundle of external providers", () => {
  test("asks for nothing but that its licences are accepted", () => {
    expect(findingsOf({})).toEqual([]);
    expect(findingsOf({ governance: {} }).map(({ rule, allowed }) => `${rule}: ${allowed}`)).toEqual(
      ["aws-service-terms", "gemini-api-terms", "nvidia-api-trial", "openai-services-agreement"].map(
        (id) => `licence-not-accepted: acceptLicences with ${id}`,
      ),
    );
  });

  test("is planned without a GPU; the plan says what leaves the cluster, and that its price is not in the sum", () => {
    const plan = planOf(proprietary);
    expect([plan.pools, plan.specialists, plan.cost.usdPerHour]).toEqual([[], [], 0]);
    expect(plan.cost.leftOut.at(-1)).toBe(`tokens of external providers (${providers.join(", ")})`);
    const lines = explain(plan).split("\n");
    expect(lines.find((line) => line.includes("/v1/responses"))?.split(/ {2,}/)).toEqual([
      "model = gpt-5.2-2025-12-11 on /v1/responses",
      "openai-gpt",
      "api.openai.com",
      "openai",
    ]);
    expect(lines).toContain("Egress: none from pods.");
    expect(explain(planOf({ bundles: ["law"] }))).not.toContain("route out of the cluster");
  });

  test("of which some are wanted has those", () => {
    expect(routesOf({ bundles: [only("openai-gpt")] }).map(({ provider }) => provider)).toEqual(["openai-gpt"]);
    expect(findingsOf({ bundles: [only("openai-gtp")] })).toEqual([
      error(
        "unknown-specialist",
        "polymath:bundles[0].only[0]",
        '"openai-gtp"',
        providers.join(", "),
        'did you mean "openai-gpt"?',
      ),
    ]);
  });

  test("that a second bundle has too are routed once", () => {
    const row = catalogue.bundles.get("proprietary");
    const bundles = new Map([
      ...catalogue.bundles,
      ...(row ? [["twin", { ...row, id: "twin", aliases: [] }] as const] : []),
    ]);
    const { config } = environmentOf({ ...proprietary, bundles: ["proprietary", "twin"] });
    const routes = externalRoutes(config, select(config, { ...catalogue, bundles }));
    expect(routes.map(({ provider, domain }) => [provider, domain])).toEqual(
      providers.map((id) => [id, "proprietary"]),
    );
  });
});

describe("a route to a provider", () => {
  test("that speaks OpenAI's API goes by the model's own id", () => {
    expect(
      routesOf({ bundles: [only("google-gemini")], external: { "google-gemini": { model: "gemini-9" } } }),
    ).toEqual([
      {
        provider: "google-gemini",
        objectName: "external-google-gemini",
        domain: "proprietary",
        host: "generativelanguage.googleapis.com",
        port: 443,
        api: "chat",
        model: "gemini-9",
        names: ["gemini-9"],
        paths: [
          {
            path: "/v1/chat/completions",
            target: "/v1beta/openai/chat/completions",
            dialect: "chat-completions",
          },
        ],
        credential: "gemini",
        timeoutSeconds: 600,
      },
    ]);
  });

  test("that takes the model in the path has it there, as it is and as SDKs escape it, at the region's host", () => {
    const external = { "bedrock-nova-2-lite": { model: "eu.amazon.nova-2-lite-v1:0", region: "eu-central-1" } };
    const [route] = routesOf({ bundles: [only("bedrock-nova-2-lite")], external });
    expect(route).toMatchObject({ host: "bedrock-runtime.eu-central-1.amazonaws.com", api: "rest", names: [] });
    expect(route?.paths.map(({ path, target, dialect }) => [path === target, dialect, path])).toEqual([
      [true, "converse", "/model/eu.amazon.nova-2-lite-v1:0/converse"],
      [true, "converse", "/model/eu.amazon.nova-2-lite-v1%3A0/converse"],
      [true, "converse-stream", "/model/eu.amazon.nova-2-lite-v1:0/converse-stream"],
      [true, "converse-stream", "/model/eu.amazon.nova-2-lite-v1%3A0/converse-stream"],
    ]);
  });

  test("goes to the row's own model and region unless the stack names others", () => {
    expect(routesOf({ bundles: [only("bedrock-claude-sonnet-4-6")] })).toMatchObject([
      { host: "bedrock-runtime.us-east-1.amazonaws.com", model: "global.anthropic.claude-sonnet-4-6" },
    ]);
  });
});

test("each credential is asked for once, with those who need it", () => {
  const { config } = environmentOf({ ...proprietary, bundles: ["proprietary", "law"] });
  const needs = secretNeeds(config, select(config, catalogue));
  expect(needs.filter(({ reason }) => reason.startsWith("bearer"))).toEqual([
    { key: "bedrock", reason: "bearer token of bedrock-claude-sonnet-4-6, bedrock-nova-2-lite" },
    { key: "gemini", reason: "bearer token of google-gemini" },
    { key: "nvidia-api", reason: "bearer token of nvidia-api-catalog" },
    { key: "openai", reason: "bearer token of openai-gpt" },
  ]);
});

describe("what the stack says of providers", () => {
  test("is refused for one that the catalogue does not have", () => {
    expect(findingsOf({ external: { "openai-gtp": {} } })).toEqual([
      error(
        "unknown-provider",
        "polymath:external.openai-gtp",
        '"openai-gtp"',
        providers.join(", "),
        'did you mean "openai-gpt"?',
      ),
    ]);
  });

  test("is refused for one that is not selected", () => {
    expect(findingsOf({ bundles: ["law"], external: { "openai-gpt": {} } })).toEqual([
      error(
        "provider-not-selected",
        "polymath:external.openai-gpt",
        '"openai-gpt"',
        "none: no external provider is selected",
        "add proprietary to polymath:bundles, or remove it",
      ),
    ]);
  });

  test.each([
    ["region", "eu/central", '"eu/central"', "a region such as eu-central-1"],
    ["model", "", '""', "a model id: at most 128 letters, digits and . _ : / -, a letter or digit first"],
  ])("is refused where its %s is none", (key, value, given, allowed) => {
    expect(findingsOf({ external: { "bedrock-nova-2-lite": { [key]: value } } })).toEqual([
      error(
        "invalid-value",
        `polymath:external.bedrock-nova-2-lite.${key}`,
        given,
        allowed,
        `change polymath:external.bedrock-nova-2-lite.${key}`,
      ),
    ]);
  });

  test("is refused where it names a region that the host has no place for", () => {
    expect(findingsOf({ external: { "openai-gpt": { region: "eu-central-1" } } })).toEqual([
      error(
        "region-not-used",
        "polymath:external.openai-gpt.region",
        '"eu-central-1"',
        "nothing: api.openai.com has no region",
        "remove the key",
      ),
    ]);
  });

  test("is missing where neither it nor the row names the host's region", () => {
    const rows = rowsWith("bedrock-nova-2-lite", { region: null });
    const path = "polymath:external.bedrock-nova-2-lite.region";
    expect(findingsOf({}, rows)).toEqual([
      error("region-missing", path, "nothing", "the region in bedrock-runtime.{region}.amazonaws.com", `write ${path}`),
    ]);
    expect(findingsOf({ external: { "bedrock-nova-2-lite": { region: "us-east-2" } } }, rows)).toEqual([]);
  });

  test("is refused where the path would take a slash of the model for its own", () => {
    const model = "arn:aws:bedrock:eu-central-1:1:inference-profile/x";
    expect(findingsOf({ external: { "bedrock-nova-2-lite": { model } } })).toEqual([
      error(
        "model-not-in-path",
        "polymath:external.bedrock-nova-2-lite.model",
        `"${model}"`,
        "a model id without a slash, since bedrock-nova-2-lite takes it in the path",
        "name the id of a model or an inference profile, not its ARN",
      ),
    ]);
  });
});

describe("names and paths are one's own", () => {
  const shared = (rule: string, id: string, given: string) =>
    error(
      rule,
      `polymath:external.${id}.model`,
      given,
      "a model that nothing else in the environment answers for",
      `name another model there, or leave ${id} out with "only"`,
    );

  test("beside those of specialists", () => {
    const keys = { bundles: ["proprietary", "law"], external: { "openai-gpt": { model: "saul-7b-instruct" } } };
    expect(findingsOf(keys).filter(({ rule }) => rule === "duplicate-name")).toEqual([
      shared("duplicate-name", "openai-gpt", 'model "saul-7b-instruct", under which saul-7b-instruct answers too'),
    ]);
  });

  test("beside those of other providers", () => {
    const model = "nvidia/nemotron-3-nano-30b-a3b";
    expect(findingsOf({ external: { "openai-gpt": { model } } })).toEqual([
      shared("duplicate-name", "openai-gpt", `model "${model}", under which nvidia-api-catalog answers too`),
    ]);
    const same = { "bedrock-nova-2-lite": { model: "global.anthropic.claude-sonnet-4-6" } };
    expect(findingsOf({ external: same })).toEqual([
      shared(
        "path-conflict",
        "bedrock-nova-2-lite",
        "/model/global.anthropic.claude-sonnet-4-6/converse, under which bedrock-claude-sonnet-4-6 answers too",
      ),
    ]);
  });
});

describe("aliases", () => {
  const aliased = (aliases: Readonly<Record<string, string>>) => ({ routing: { host: "a.b", aliases } });

  test.each([
    ["openai-gpt", 'remove the alias and let clients ask for "gpt-5.2-2025-12-11"', "OpenAI"],
    ["gpt-5.2-2025-12-11", 'remove the alias and let clients ask for "gpt-5.2-2025-12-11"', "OpenAI"],
    ["bedrock-nova-2-lite", "remove the alias and let clients use the provider's own path", "Amazon"],
  ])("cannot stand for %s, since nobody rewrites bodies", (target, fix, publisher) => {
    expect(findingsOf(aliased({ gpt: target }))).toEqual([
      error(
        "alias-to-external",
        "polymath:routing.aliases.gpt",
        `"${target}", which ${publisher} serves: the provider reads the name in the request's body, and nobody rewrites that`,
        "none: no specialist is selected",
        fix,
      ),
    ]);
  });

  test("do not take an external model's name", () => {
    const keys = { bundles: ["proprietary", "law"], ...aliased({ "gemini-3.5-flash": "saul-7b-instruct" }) };
    expect(findingsOf(keys).filter(({ rule }) => rule === "alias-shadows-name")).toEqual([
      error(
        "alias-shadows-name",
        "polymath:routing.aliases.gemini-3.5-flash",
        '"gemini-3.5-flash"',
        "a name that no specialist has",
        "remove the alias or rename it",
      ),
    ]);
  });
});

test("an environment that lets nothing out refuses them", () => {
  const keys = { ...proprietary, governance: { acceptLicences, external: "none" } };
  expect(refusedWith(() => planOf(keys)).map(({ rule }) => rule)).toEqual(["external-provider-refused"]);
});
