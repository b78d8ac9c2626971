import { expect, test, vi } from "vitest";
import { stacksWith } from "../../support/stacks.ts";
import { cli, sound, waived } from "./support.ts";

vi.setConfig({ testTimeout: 60_000 });

test("an environment without a finding passes", async () => {
  const stacks = stacksWith({ local: sound });
  await cli("lock", stacks);
  expect(await cli("check", stacks)).toEqual({ code: 0, stdout: 'Environment "local": no findings.\n', stderr: "" });
});

test("a waiver is printed at every run, with what it covers", async () => {
  const stacks = stacksWith({ prod: waived });
  await cli("lock", stacks, "prod");
  expect(await cli("check", stacks, "prod")).toEqual({
    code: 0,
    stdout: `Waiver: budget-exceeded at * is waived until 9999-12-31 by cfo: launch
Environment "prod": 1 warning.
  warning  budget-exceeded  at polymath:budget.usdPerMonth.ceiling
    found:   GPU nodes cost 587.50 US dollars per month
    allowed: at most 100.00
    fix:     select fewer specialists or replicas, or raise the ceiling
`,
    stderr: "",
  });
});

test("a waiver past its date refuses the environment", async () => {
  const stacks = stacksWith({ prod: waived.replace("9999-12-31", "2020-01-01") });
  await cli("lock", stacks, "prod");
  const { code, stdout, stderr } = await cli("check", stacks, "prod");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.split("\n").filter((line) => line.startsWith("  error"))).toEqual([
    "  error  budget-exceeded  at polymath:budget.usdPerMonth.ceiling",
    "  error  invalid-waiver  at polymath:waivers[0].expires",
  ]);
});

test("a refused environment is told on standard error", async () => {
  const stacks = stacksWith({ prod: sound.replace(", auth: { apiKey: { clients: [demo] } }", "") });
  await cli("lock", stacks, "prod");
  expect(await cli("check", stacks, "prod")).toEqual({
    code: 1,
    stdout: "",
    stderr: `Environment "prod" is refused: 1 error. Nothing was created.
  error  no-authentication  at polymath:routing.auth
    found:   nothing: anybody who reaches the gateway could use every specialist
    allowed: auth.apiKey with at least one client
    fix:     write polymath:routing: { auth: { apiKey: { clients: [NAME] } } } and set the client's key as a secret
`,
  });
});

test("it takes no flag", async () => {
  const { code, stdout, stderr } = await cli("check", stacksWith({}), "--json");
  expect([code, stdout, stderr.split("\n").at(-2)]).toEqual([1, "", "Usage: npm run check -- [ENVIRONMENT]"]);
});
