import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { stacksWith } from "../../support/stacks.ts";
import { cli, sound, waived } from "./support.ts";

vi.setConfig({ testTimeout: 60_000 });

test("the plan is printed, the same each time", async () => {
  const stacks = stacksWith({ local: sound });
  await cli("lock", stacks);
  const { code, stdout, stderr } = await cli("plan", stacks);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    "Environment local (cluster: rehearsal)",
    "",
    "pool            instance type  GPU  nodes  GPUs per node  GPUs per replica  USD/h",
    "g6-xlarge-1gpu  g6.xlarge      L4   1      1              1                 0.80",
  ]);
  expect((await cli("plan", stacks, "local")).stdout).toBe(stdout);
});

test("--json prints the plan as data", async () => {
  const stacks = stacksWith({ prod: waived });
  await cli("lock", stacks, "prod");
  const { code, stdout, stderr } = await cli("plan", stacks, "prod", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    environment: "prod",
    cluster: { kind: "rehearsal" },
    specialists: [{ name: "saul-7b-instruct", pool: "g6-xlarge-1gpu" }],
    waived: ["budget-exceeded at * is waived until 9999-12-31 by cfo: launch"],
  });
});

describe("refused, with exit code 1, nothing on standard output, and the whole report on standard error", () => {
  test("no lock", async () => {
    expect(await cli("plan", stacksWith({ local: sound }))).toEqual({
      code: 1,
      stdout: "",
      stderr: `Environment "local" is refused: 1 error. Nothing was created.
  error  lock-missing  at locks/local.json
    found:   no lock
    allowed: a committed lock
    fix:     run: npm run lock -- local
`,
    });
  });

  test("a stack that does not exist", async () => {
    const stacks = stacksWith({ local: sound });
    expect(await cli("plan", stacks, "locale")).toEqual({
      code: 1,
      stdout: "",
      stderr: `Environment "locale" is refused: 1 error. Nothing was created.
  error  no-such-environment  at Pulumi.locale.yaml
    found:   no file Pulumi.locale.yaml in ${stacks}
    allowed: local
    fix:     did you mean "local"?
`,
    });
  });

  test("a folder that does not exist", async () => {
    const stacks = join(stacksWith({}), "nowhere");
    expect(await cli("plan", stacks)).toEqual({
      code: 1,
      stdout: "",
      stderr: `Environment "local" is refused: 1 error. Nothing was created.
  error  no-such-environment  at Pulumi.local.yaml
    found:   no file Pulumi.local.yaml in ${stacks}
    allowed: none: the folder holds no stack file
    fix:     write ${join(stacks, "Pulumi.local.yaml")}
`,
    });
  });

  test("broken YAML", async () => {
    const stacks = stacksWith({ local: "config:\n  a: [1\n" });
    expect(await cli("plan", stacks)).toEqual({
      code: 1,
      stdout: "",
      stderr: `Environment "local" is refused: 1 error. Nothing was created.
  error  broken-yaml  at Pulumi.local.yaml:3
    found:   Flow sequence in block collection must be sufficiently indented and end with a ]
    allowed: YAML
    fix:     mend line 3 of ${join(stacks, "Pulumi.local.yaml")}
`,
    });
  });

  test("everything at once", async () => {
    const text = `config:
  polymath:cluster: { kind: rehearsal }
  polymath:bundles: [lwa, { name: finance, only: [fin-r1], specialists: { fin-r1: { context: long } } }]
  polymath:budgt: 3
  polymath:pools: { allow: [L5, H100] }
  polymath:routing: { host: models.example.eu }
  polymath:secrets: { ngc: hunter2 }
`;
    const { code, stdout, stderr } = await cli("plan", stacksWith({ prod: text }), "prod");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`Environment "prod" is refused: 5 errors. Nothing was created.
  error  invalid-value  at polymath:bundles[1].specialists.fin-r1.context
    found:   "long"
    allowed: a number
    fix:     change polymath:bundles[1].specialists.fin-r1.context
  error  unknown-key  at polymath:budgt
    found:   the key "budgt"
    allowed: cluster, bundles, models, specialists, pools, storage, routing, external, governance, budget, secrets, waivers, extends
    fix:     did you mean "budget"?
  error  unknown-bundle  at polymath:bundles[0]
    found:   "lwa"
    allowed: ${[...catalogue.bundles.keys()].join(", ")}
    fix:     did you mean "law"?
  error  unknown-gpu  at polymath:pools.allow[0]
    found:   "L5"
    allowed: T4, A10G, L4, L40S, RTX-PRO-6000, A100-40, A100-80, H100, H200, B200, B300
    fix:     did you mean "L4"?
  error  no-authentication  at polymath:routing.auth
    found:   nothing: anybody who reaches the gateway could use every specialist
    allowed: auth.apiKey with at least one client
    fix:     write polymath:routing: { auth: { apiKey: { clients: [NAME] } } } and set the client's key as a secret
`);
  });

  test("a lock that does not fit", async () => {
    const stacks = stacksWith({ local: sound });
    await cli("lock", stacks);
    writeFileSync(join(stacks, "Pulumi.local.yaml"), sound.replace("[{", "[{ name: finance, only: [fin-r1] }, {"));
    expect(await cli("plan", stacks)).toEqual({
      code: 1,
      stdout: "",
      stderr: `Environment "local" is refused: 1 error. Nothing was created.
  error  lock-misfit  at locks/local.json#specialists.fin-r1
    found:   nothing
    allowed: an entry for each selected specialist
    fix:     run: npm run lock -- local
`,
    });
  });
});

describe("mistakes at the keyboard", () => {
  const usage = "Usage: npm run plan -- [ENVIRONMENT] [--json]\n";

  test("an unknown flag", async () => {
    const { code, stdout, stderr } = await cli("plan", stacksWith({}), "--yaml");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `Unknown option '--yaml'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "--yaml"\n${usage}`,
    );
  });

  test("a flag with a value", async () => {
    const { code, stderr } = await cli("plan", stacksWith({}), "--json=yes");
    expect([code, stderr]).toEqual([1, `Option '--json' does not take an argument\n${usage}`]);
  });

  test("two environments", async () => {
    expect(await cli("plan", stacksWith({ local: sound }), "local", "prod")).toEqual({
      code: 1,
      stdout: "",
      stderr: `One environment at a time; given: local, prod.\n${usage}`,
    });
  });
});
