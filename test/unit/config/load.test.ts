import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { RefusedError } from "../../../config/finding.ts";
import { environmentsIn, loadEnvironment } from "../../../config/load.ts";
import { stacksWith } from "../../support/stacks.ts";
import { error, refusal, refusedWith } from "./support.ts";

const sound = `config:
  polymath:cluster: { kind: rehearsal }
  polymath:bundles: [finance]
  polymath:routing: { host: models.example.eu }
`;

test("environments are the stack files of a folder, in order of their names", () => {
  const stacks = stacksWith({ prod: sound, dev: sound, "prod.eu": sound });
  mkdirSync(join(stacks, "Pulumi.folder.yaml"));
  expect(environmentsIn(stacks)).toEqual(["dev", "prod", "prod.eu"]);
  expect(environmentsIn(join(stacks, "nowhere"))).toEqual([]);
});

test("an environment that is not there is refused with the nearest name", () => {
  const stacks = stacksWith({ local: sound, prod: sound });
  expect(refusedWith(() => loadEnvironment(stacks, "locl"))).toEqual([
    error(
      "no-such-environment",
      "Pulumi.locl.yaml",
      `no file Pulumi.locl.yaml in ${stacks}`,
      "local, prod",
      'did you mean "local"?',
    ),
  ]);
});

test("a folder without environments says which file to write", () => {
  const stacks = stacksWith({});
  expect(refusedWith(() => loadEnvironment(stacks, "local"))).toEqual([
    error(
      "no-such-environment",
      "Pulumi.local.yaml",
      `no file Pulumi.local.yaml in ${stacks}`,
      "none: the folder holds no stack file",
      `write ${join(stacks, "Pulumi.local.yaml")}`,
    ),
  ]);
});

test("no file outside of the folder is ever an environment", () => {
  const stacks = stacksWith({ local: sound });
  mkdirSync(join(stacks, "inner"));
  expect(refusedWith(() => loadEnvironment(join(stacks, "inner"), "../local")).map(({ rule }) => rule)).toEqual([
    "no-such-environment",
  ]);
});

test.each([
  ["config:\n  a: 1\n b: 2\n", 3, "All mapping items must start at the same column"],
  ["config:\n  a: 1\n  a: 2\n", 3, "Map keys must be unique"],
  ["config:\n\ta: 1\n", 2, "Tabs are not allowed as indentation"],
  ["config: 1\n---\nconfig: 2\n", 2, "Source contains multiple documents"],
  ["config: *base\n", undefined, "Unresolved alias (the anchor must be set before the alias)"],
])("broken YAML is refused with its line: %j", (text, line, given) => {
  const stacks = stacksWith({ local: text });
  const file = join(stacks, "Pulumi.local.yaml");
  const at = line === undefined ? "" : `line ${line} of `;
  expect(refusedWith(() => loadEnvironment(stacks, "local"))).toEqual([
    error(
      "broken-yaml",
      `Pulumi.local.yaml${line === undefined ? "" : `:${line}`}`,
      given,
      "YAML",
      `mend ${at}${file}`,
    ),
  ]);
});

test("each fault of the YAML is told", () => {
  const stacks = stacksWith({ local: "a: 1\na: 2\nb: 1\nb: 2\n" });
  expect(refusedWith(() => loadEnvironment(stacks, "local")).map(({ path }) => path)).toEqual([
    "Pulumi.local.yaml:2",
    "Pulumi.local.yaml:4",
  ]);
});

test.each([
  ["config: [a]\n", "config", "a list"],
  ["config: text\n", "config", "a string"],
  ["config: 3\n", "config", "a number"],
  ["- config\n", "Pulumi.local.yaml", "a list"],
  ["text\n", "Pulumi.local.yaml", "a string"],
  [
    "polymath:bundles: [law]\npolymath:pools: {}\n",
    "Pulumi.local.yaml",
    'polymath:bundles, polymath:pools outside of "config:"',
  ],
])("keys have to stand below config: %j", (text, path, given) => {
  const stacks = stacksWith({ local: text });
  const allowed = "a map of keys such as polymath:bundles";
  const fix = `write the keys of ${join(stacks, "Pulumi.local.yaml")} below "config:"`;
  expect(refusedWith(() => loadEnvironment(stacks, "local"))).toEqual([
    error("invalid-value", path, given, allowed, fix),
  ]);
});

test.each(["", "encryptionsalt: v1:abc\n", "config:\n"])(
  "a file without config (%j) lacks every required key",
  (text) => {
    const { faults = [] } = loadEnvironment(stacksWith({ local: text }), "local");
    expect(faults.map(({ path, given }) => [path, given])).toEqual([
      ["polymath:cluster", "nothing"],
      ["polymath:bundles", "nothing"],
      ["polymath:routing", "nothing"],
    ]);
  },
);

test("a chain of bases is laid base first: maps merge, lists are replaced", () => {
  const stacks = stacksWith({
    base: `config:
  polymath:cluster: { kind: existing, context: shared }
  polymath:bundles: [finance, law]
  polymath:pools: { allow: [L4], max: 2 }
  polymath:routing: { host: base.example, aliases: { a: fin-r1 } }
`,
    prod: `config:
  polymath:extends: base
  polymath:bundles: [medicine]
  polymath:pools: { max: 4 }
`,
    "prod-eu": `config:
  aws:region: eu-central-1
  polymath:extends: prod
  polymath:routing: { host: eu.example, aliases: { b: fin-r1 } }
`,
  });
  expect(loadEnvironment(stacks, "prod-eu")).toEqual({
    name: "prod-eu",
    config: {
      cluster: { kind: "existing", context: "shared" },
      bundles: ["medicine"],
      specialists: {},
      pools: { purchase: "on-demand", allow: ["L4"], max: 4 },
      storage: {},
      routing: { host: "eu.example", aliases: { a: "fin-r1", b: "fin-r1" } },
      models: {},
      external: {},
      governance: { acceptLicences: [], registries: [], use: "commercial", external: "allowed" },
      secrets: {},
      waivers: [],
    },
  });
});

test("the keys that the engine hands over stand in for the file, bases are still read", () => {
  const stacks = stacksWith({ base: sound });
  const { config, faults } = loadEnvironment(stacks, "other", {
    "polymath:extends": "base",
    "polymath:bundles": ["law"],
  });
  expect([config.bundles, config.routing.host, faults]).toEqual([["law"], "models.example.eu", undefined]);
});

test.each([
  [{ a: "b", b: "c", c: "a" }, "Pulumi.c.yaml: polymath:extends", "a circle: a → b → c → a"],
  [{ a: "a" }, "polymath:extends", "a circle: a → a"],
  [{ a: "b", b: "b" }, "Pulumi.b.yaml: polymath:extends", "a circle: a → b → b"],
])("a chain that comes back to itself is refused: %j", (chain, path, given) => {
  const stacks = stacksWith(
    Object.fromEntries(Object.entries(chain).map(([name, base]) => [name, `config: { "polymath:extends": ${base} }`])),
  );
  expect(refusedWith(() => loadEnvironment(stacks, "a"))).toEqual([
    error("invalid-extends", path, given, "a chain that ends", "remove one polymath:extends of the circle"),
  ]);
});

test.each([
  ["prodd", '"prodd"', "prod, staging", 'did you mean "prod"?'],
  ["other", '"other"', "prod, staging", "use one of: prod, staging"],
  ["[prod]", '["prod"]', "the name of another environment", "change polymath:extends"],
  ["{ secure: v1 }", '{"secure":"[secret]"}', "the name of another environment", "change polymath:extends"],
])("a base that is not there is refused: %s", (base, given, allowed, fix) => {
  const stacks = stacksWith({ eu: `config: { "polymath:extends": ${base} }`, prod: sound, staging: sound });
  const refused = refusal(() => loadEnvironment(stacks, "eu"));
  expect(refused.findings).toEqual([error("invalid-extends", "polymath:extends", given, allowed, fix)]);
  expect(refused.message).toContain('Environment "eu" is refused');
});

test("an environment alone has nothing to extend", () => {
  const stacks = stacksWith({ eu: 'config: { "polymath:extends": prod }' });
  expect(refusedWith(() => loadEnvironment(stacks, "eu"))).toEqual([
    error("invalid-extends", "polymath:extends", '"prod"', "no other environment is there", 'remove "prod"'),
  ]);
});

test("a fault in a base is told of the environment that was asked for, with the base's file", () => {
  const stacks = stacksWith({ eu: 'config: { "polymath:extends": prod }', prod: "config:\n  a: 1\n  a: 2\n" });
  const refused = refusal(() => loadEnvironment(stacks, "eu"));
  expect(refused.message.split("\n").slice(0, 2)).toEqual([
    'Environment "eu" is refused: 1 error. Nothing was created.',
    "  error  broken-yaml  at Pulumi.prod.yaml:3",
  ]);
});

test.each([
  ["polymth:bundles: [law]", "polymth:bundles", 'did you mean "polymath:bundles"?'],
  ["Polymath:bundles: [law]", "Polymath:bundles", 'did you mean "polymath:bundles"?'],
  ["bundles: [law]", "bundles", 'did you mean "polymath:bundles"?'],
])("a key of no project is a slip: %s", (line, key, fix) => {
  const { faults } = loadEnvironment(stacksWith({ local: `${sound}  ${line}\n` }), "local");
  expect(faults).toEqual([
    error("unknown-key", key, `the key "${key}"`, "keys that begin with polymath: or the name of a provider", fix),
  ]);
});

test("keys of providers are left alone", () => {
  const stacks = stacksWith({ local: `${sound}  aws:region: eu-central-1\n  pulumi:tags: { a: b }\n` });
  expect(loadEnvironment(stacks, "local").faults).toBeUndefined();
});

test("faults of keys and values come all at once", () => {
  const text = `${sound}  bundels: [law]\n  polymath:pool: { max: 2 }\n  polymath:pools: { max: two }\n`;
  const { faults = [] } = loadEnvironment(stacksWith({ local: text }), "local");
  expect(faults.map(({ rule, path }) => [rule, path])).toEqual([
    ["unknown-key", "bundels"],
    ["invalid-value", "polymath:pools.max"],
    ["unknown-key", "polymath:pool"],
  ]);
});

test("no message about a broken file shows a secret of it", () => {
  const file = join(stacksWith({ local: sound }), "Pulumi.local.yaml");
  const place = fc.constantFrom(
    "",
    "|",
    ">",
    "*",
    "@",
    "`",
    "%",
    "'",
    '"',
    '"\\q',
    "{ a: ",
    "[",
    "]",
    "b: ",
    "!!x ",
    "- ",
    "# ",
  );
  const broken = vi.fn<() => void>();
  fc.assert(
    fc.property(place, place, fc.constantFrom("  ", "   ", "    ", "\t"), (before, after, indent) => {
      writeFileSync(file, `${sound}  polymath:secrets:\n${indent}ngc: ${before}hunter2${after}hunter2\n`);
      try {
        const { faults = [] } = loadEnvironment(dirname(file), "local");
        expect(JSON.stringify(faults)).not.toContain("hunter2");
      } catch (problem) {
        if (!(problem instanceof RefusedError)) throw problem;
        broken();
        expect(problem.message).not.toContain("hunter2");
      }
    }),
  );
  expect(broken).toHaveBeenCalled();
});
