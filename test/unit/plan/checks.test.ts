import { describe, expect, test } from "vitest";
import { checkAuthentication, checkBudget, checkSecrets, checkSelection, secretNeeds } from "../../../plan/checks.ts";
import { select } from "../../../plan/select.ts";
import { error } from "../config/support.ts";
import { provider } from "./catalogue/support.ts";
import { bundleOf, catalogue, environmentOf, sound } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

function checked(keys: Keys) {
  const { config } = environmentOf(keys);
  return checkSelection(config, select(config, catalogue), catalogue);
}
const withAliases = (aliases: Readonly<Record<string, string>>): Keys => ({
  bundles: ["finance", "law"],
  routing: { host: "a.b", aliases },
});

test("an environment without a fault has no finding", () => {
  expect(checked({})).toEqual([]);
});

describe("public names", () => {
  test("are unique", () => {
    const specialists = { "fin-r1": { model: "fin-r1", bundle: "finance" } };
    expect(checked({ bundles: ["finance"], specialists })).toEqual([
      error(
        "duplicate-name",
        "polymath:specialists.fin-r1",
        'two specialists called "fin-r1"',
        "public names that are unique in the environment",
        "give one of them another name",
      ),
    ]);
  });

  test("are unique as names of objects too", () => {
    const specialists = { "llama-3.2-1b-instruct": { model: "fin-r1", bundle: "general" } };
    expect(checked({ bundles: ["general"], specialists })).toEqual([
      error(
        "duplicate-name",
        "polymath:specialists.llama-3.2-1b-instruct",
        '"llama-3.2-1b-instruct" and "llama-3-2-1b-instruct", whose objects would both be called "llama-3-2-1b-instruct"',
        "public names that are unique in the environment",
        "give one of them another name",
      ),
    ]);
  });
});

test("a specialist has no more names than a route has matches", () => {
  const aliases = (count: number) =>
    withAliases(Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, "fin-r1"])));
  expect(checked(aliases(63))).toEqual([]);
  expect(checked(aliases(64))).toEqual([
    error(
      "too-many-names",
      "polymath:bundles[0]",
      "65 names of fin-r1, with 64 aliases and 0 adapters",
      "at most 64, the matches of one route",
      "take some away, or share them between two specialists on the same model",
    ),
  ]);
});

describe("aliases", () => {
  test("that stand for a specialist with an OpenAI-compatible API are taken", () => {
    expect(checked(withAliases({ "contract-review": "saul-7b-instruct", "Fin/R1:latest": "fin-r1" }))).toEqual([]);
  });

  test.each([
    [
      { "fin-r1": "saul-7b-instruct" },
      "alias-shadows-name",
      '"fin-r1"',
      "a name that no specialist has",
      "remove the alias or rename it",
    ],
    [
      { review: "saul-7b" },
      "unknown-specialist",
      '"saul-7b"',
      "fin-r1, saul-7b-instruct",
      "use one of: fin-r1, saul-7b-instruct",
    ],
    [{ review: "fin-r2" }, "unknown-specialist", '"fin-r2"', "fin-r1, saul-7b-instruct", 'did you mean "fin-r1"?'],
    [
      { dock: "diffdock" },
      "specialist-not-selected",
      '"diffdock"',
      "fin-r1, saul-7b-instruct",
      "add biology to polymath:bundles, or remove it",
    ],
  ])("%j is refused", (aliases, rule, given, allowed, fix) => {
    const path = `polymath:routing.aliases.${Object.keys(aliases)[0]}`;
    expect(checked(withAliases(aliases))).toEqual([error(rule, path, given, allowed, fix)]);
  });

  test("of a specialist that is routed by path are refused: its requests carry no model", () => {
    const routing = { host: "a.b", aliases: { dock: "diffdock" } };
    expect(checked({ bundles: ["biology"], routing })).toEqual([
      error(
        "alias-without-model-field",
        "polymath:routing.aliases.dock",
        '"diffdock", which is routed by path',
        "a specialist with an OpenAI-compatible API",
        "remove the alias",
      ),
    ]);
  });
});

test("a context beyond the model's own is refused", () => {
  const bundles = [{ name: "finance", specialists: { "fin-r1": { context: 32_769 } } }];
  expect(checked({ bundles })).toEqual([
    error(
      "context-too-long",
      "polymath:bundles[0].specialists.fin-r1.context",
      "32769 tokens for fin-r1",
      "at most 32768 tokens, the model's own limit",
      "ask for at most 32768",
    ),
  ]);
});

describe("secrets", () => {
  const existing: Keys = { cluster: { kind: "existing" }, bundles: ["finance", "medicine", "biology"] };
  const needsOf = (keys: Keys) => {
    const { config } = environmentOf(keys);
    return secretNeeds(config, select(config, catalogue));
  };
  const findingsOf = (keys: Keys) => checkSecrets("prod", environmentOf(keys).config, needsOf(keys));
  const setting = (key: string) => `pulumi config set --secret --path 'polymath:secrets.${key}' --stack prod`;

  test("that are needed: credentials of the models, a key for each client", () => {
    expect(needsOf(existing)).toEqual([
      { key: "client-demo", reason: "API key of the client demo" },
      { key: "hugging-face", reason: "weights or images of medgemma-1-5-4b-it" },
      { key: "ngc", reason: "weights or images of diffdock, boltz2, proteinmpnn" },
    ]);
  });

  test("one that both a model and a provider need is asked for once, with both reasons", () => {
    const { config } = environmentOf({ bundles: ["biology"] });
    const selection = select(config, catalogue);
    const outside = {
      path: "polymath:bundles[0]",
      provider: provider("outside", { credential: "ngc" }),
      bundle: bundleOf("biology"),
    };
    const both = { ...selection, providers: [outside] };
    expect(secretNeeds(config, both)).toEqual([
      { key: "client-demo", reason: "API key of the client demo" },
      {
        key: "ngc",
        reason: "weights or images of diffdock, boltz2, proteinmpnn; bearer token of outside",
      },
    ]);
  });

  test("that are missing are asked for with the command that sets them", () => {
    const secrets = { ngc: { secure: "v1:a" }, "client-demo": { secure: "v1:b" } };
    expect(findingsOf({ ...existing, secrets })).toEqual([
      error(
        "secret-missing",
        "polymath:secrets.hugging-face",
        "nothing",
        "a secret (weights or images of medgemma-1-5-4b-it)",
        `run: ${setting("hugging-face")}`,
      ),
    ]);
  });

  test("are not asked for in a rehearsal, which brings its own", () => {
    expect(findingsOf({ ...existing, cluster: { kind: "rehearsal" } })).toEqual([]);
  });

  test("in clear text are refused everywhere, without showing them", () => {
    for (const cluster of [{ kind: "rehearsal" }, { kind: "existing" }]) {
      const secrets = { ngc: "hunter2", "client-demo": { secure: "v1:b" }, "hugging-face": { secure: "v1:c" } };
      expect(findingsOf({ ...existing, cluster, secrets })).toEqual([
        error(
          "secret-in-clear",
          "polymath:secrets.ngc",
          "a value in clear text",
          "an encrypted value",
          `withdraw the value, then run: ${setting("ngc")}`,
        ),
      ]);
    }
  });

  test.each([
    [{ ncg: { secure: "a" } }, "unknown-secret", '"ncg"', "client-demo, ngc", 'did you mean "ngc"?'],
    [{ token: { secure: "a" } }, "unknown-secret", '"token"', "client-demo, ngc", "use one of: client-demo, ngc"],
    [
      { "hugging-face": { secure: "a" } },
      "secret-not-needed",
      '"hugging-face"',
      "client-demo, ngc",
      'remove "hugging-face"',
    ],
    [
      { "client-dmeo": { secure: "a" } },
      "secret-not-needed",
      '"client-dmeo"',
      "client-demo, ngc",
      'did you mean "client-demo"?',
    ],
  ])("that nobody asks for are refused: %j", (secrets, rule, given, allowed, fix) => {
    const path = `polymath:secrets.${Object.keys(secrets)[0]}`;
    expect(findingsOf({ bundles: ["biology"], secrets })).toEqual([error(rule, path, given, allowed, fix)]);
  });

  test("where none is needed, none is allowed", () => {
    const keys = { bundles: ["finance"], routing: { host: "a.b" }, secrets: { token: { secure: "a" } } };
    expect(findingsOf(keys)).toEqual([
      error("unknown-secret", "polymath:secrets.token", '"token"', "none: no secret is needed", 'remove "token"'),
    ]);
  });
});

describe("authentication", () => {
  const open = environmentOf({ routing: { host: "a.b" } }).config;

  test("may be left out in the environment called local only", () => {
    expect(checkAuthentication("local", open)).toEqual([]);
    expect(checkAuthentication("prod", environmentOf().config)).toEqual([]);
    expect(checkAuthentication("prod", open)).toEqual([
      error(
        "no-authentication",
        "polymath:routing.auth",
        "nothing: anybody who reaches the gateway could use every specialist",
        "auth.apiKey with at least one client",
        "write polymath:routing: { auth: { apiKey: { clients: [NAME] } } } and set the client's key as a secret",
      ),
    ]);
  });
});

describe("budget", () => {
  const { config } = environmentOf({ ...sound, budget: { usdPerMonth: { ceiling: 1_000 } } });

  test("is kept up to the ceiling itself", () => {
    expect(checkBudget(config, 1_000)).toEqual([]);
    expect(checkBudget(environmentOf().config, 1e9)).toEqual([]);
  });

  test("is exceeded by the next cent", () => {
    expect(checkBudget(config, 1_000.01)).toEqual([
      error(
        "budget-exceeded",
        "polymath:budget.usdPerMonth.ceiling",
        "GPU nodes cost 1000.01 US dollars per month",
        "at most 1000.00",
        "select fewer specialists or replicas, or raise the ceiling",
      ),
    ]);
  });
});
