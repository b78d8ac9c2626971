import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import { engineConfig, secretSource } from "../../components/engine-config.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const secretKeys = (...keys: readonly string[]) => vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", JSON.stringify(keys));

describe("engineConfig", () => {
  test("maps and lists arrive as JSON text, other values as they are", () => {
    const all = {
      "polymath:bundles": '["law",{"name":"finance"}]',
      "polymath:cluster": '{"kind":"rehearsal"}',
      "polymath:extends": "prod",
    };
    expect(engineConfig(all)).toEqual({
      "polymath:bundles": ["law", { name: "finance" }],
      "polymath:cluster": { kind: "rehearsal" },
      "polymath:extends": "prod",
    });
  });

  test("text that only looks like JSON stays text, for the schema to refuse", () => {
    expect(engineConfig({ "polymath:bundles": "[law", "polymath:pools": "{}}" })).toEqual({
      "polymath:bundles": "[law",
      "polymath:pools": "{}}",
    });
  });

  test("keys of other projects and providers are left out", () => {
    expect(engineConfig({ "aws:region": "eu-central-1", "polymathic:x": "1", "polymath:host": "a.b" })).toEqual({
      "polymath:host": "a.b",
    });
  });

  test("secret values are marked as such and left out", () => {
    secretKeys("polymath:secrets");
    const config = engineConfig({ "polymath:secrets": '{"ngc":"ngc-value","client-demo":"demo-value"}' });
    expect(config).toEqual({ "polymath:secrets": { ngc: { secure: "" }, "client-demo": { secure: "" } } });
  });

  test("values in clear stay, so that the check of secrets in clear sees them", () => {
    const clear = { "polymath:secrets": '{"ngc":"ngc-value"}' };
    expect(engineConfig(clear)).toEqual({ "polymath:secrets": { ngc: "ngc-value" } });
    secretKeys("polymath:budget");
    expect(engineConfig(clear)).toEqual({ "polymath:secrets": { ngc: "ngc-value" } });
  });

  test("reads the engine's own configuration where none is given", () => {
    pulumi.runtime.setAllConfig({ "polymath:routing": '{"host":"models.example.test"}' });
    expect(engineConfig()).toEqual({ "polymath:routing": { host: "models.example.test" } });
    pulumi.runtime.setAllConfig({});
  });
});

/** The value of an output that stands outside of any program. */
const valueOf = (output: pulumi.Output<string>) =>
  new Promise<string>((resolve) => {
    output.apply(resolve);
  });

describe("secretSource", () => {
  test("gives each value as a secret output", async () => {
    const secretOf = secretSource({ "polymath:secrets": '{"ngc":"ngc-value","client-demo":"demo-value"}' });
    const output = secretOf("client-demo");
    expect(await pulumi.isSecret(output)).toBe(true);
    expect(await valueOf(output)).toBe("demo-value");
  });

  test.each([
    { what: "no secrets at all", all: {} },
    { what: "other secrets", all: { "polymath:secrets": '{"ngc":"ngc-value"}' } },
    { what: "a text where a map belongs", all: { "polymath:secrets": "ngc-value" } },
  ])("with $what, it throws only when asked, at once, and says what to run", ({ all }) => {
    const secretOf = secretSource(all);
    expect(() => secretOf("client-demo")).toThrow(
      new pulumi.RunError(
        "polymath:secrets.client-demo is missing. Run: pulumi config set --secret --path 'polymath:secrets.client-demo'",
      ),
    );
    expect(() => secretOf("client-demo")).toThrow(pulumi.RunError);
  });

  test("reads the engine's own configuration where none is given", async () => {
    pulumi.runtime.setAllConfig({ "polymath:secrets": '{"ngc":"ngc-value"}' });
    expect(await valueOf(secretSource()("ngc"))).toBe("ngc-value");
    pulumi.runtime.setAllConfig({});
  });
});
