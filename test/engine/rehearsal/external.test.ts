import { existsSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { documentSchema } from "../../../cli/rehearse/document.ts";
import { rehearse, sandbox, traces, type Sandbox } from "../../support/rehearse.ts";
import { lock, stacksWith } from "../../support/stacks.ts";

const authorities = "/etc/ssl/certs/ca-certificates.crt";

let box: Sandbox | undefined;
afterEach(() => box?.remove());

const secret = '{ secure: "v1:bm90LWRlY3J5cHRlZA==" }';
const outward = `
config:
  polymath:cluster: { kind: existing, context: there-is-none }
  polymath:bundles: [Proprietary, { name: law, only: [saul-7b-instruct] }]
  polymath:routing: { host: models.example.test, auth: { apiKey: { clients: [web] } } }
  polymath:external:
    bedrock-nova-2-lite: { model: "eu.amazon.nova-2-lite-v1:0", region: eu-central-1 }
    openai-gpt: { model: gpt-9 }
  polymath:governance:
    acceptLicences: [aws-service-terms, gemini-api-terms, nvidia-api-trial, openai-services-agreement]
  polymath:secrets: { client-web: ${secret}, bedrock: ${secret}, gemini: ${secret}, nvidia-api: ${secret}, openai: ${secret} }
`;

/** The machine's own, which a rehearsal must not touch; empty where there is none. */
const trusted = () => (existsSync(authorities) ? readFileSync(authorities, "utf8") : "");

test("external providers answer through the real gateway, with their own bearer tokens, hosts and paths, and nothing of the client's", async () => {
  const stacks = stacksWith({ outward });
  lock(stacks, "outward");
  box = sandbox(stacks);
  const before = trusted();
  const run = rehearse(box, ["outward", "--json"]);
  const code = await run.ended;
  expect(run.output()).not.toContain("The rehearsal failed");
  expect(code).toBe(0);
  const { specialists, gateway, stable } = documentSchema.parse(JSON.parse(run.stdout()));
  const bedrock = (region: string) => `200 from bedrock-runtime.${region}.amazonaws.com`;
  const claude = ["bedrock-claude-sonnet-4-6", "external", true, bedrock("us-east-1")];
  const nova = ["bedrock-nova-2-lite", "external", true, bedrock("eu-central-1")];
  const openAi = ["openai-gpt", "external", true, "200 from api.openai.com"];
  expect(
    specialists.map(({ name, runtime, ok, answer, route }) => [name, runtime, ok, answer, route]).slice(1),
  ).toEqual([
    [...claude, "/model/global.anthropic.claude-sonnet-4-6/converse"],
    [...claude, "/model/global.anthropic.claude-sonnet-4-6/converse-stream"],
    [...nova, "/model/eu.amazon.nova-2-lite-v1:0/converse"],
    [...nova, "/model/eu.amazon.nova-2-lite-v1%3A0/converse"],
    [...nova, "/model/eu.amazon.nova-2-lite-v1:0/converse-stream"],
    [...nova, "/model/eu.amazon.nova-2-lite-v1%3A0/converse-stream"],
    [
      "google-gemini",
      "external",
      true,
      "200 from generativelanguage.googleapis.com",
      "model gemini-3.5-flash on /v1/chat/completions",
    ],
    [
      "nvidia-api-catalog",
      "external",
      true,
      "200 from integrate.api.nvidia.com",
      "model nvidia/nemotron-3-nano-30b-a3b on /v1/chat/completions",
    ],
    [...openAi, "model gpt-9 on /v1/chat/completions"],
    [...openAi, "model gpt-9 on /v1/responses"],
  ]);
  expect(specialists[0]).toMatchObject({ name: "saul-7b-instruct", ok: true });
  expect(gateway.filter(({ name }) => name.startsWith("an external")).map(({ name, ok }) => [name, ok])).toEqual([
    ["an external provider by model without a key is refused", true],
    ["an external provider by path without a key is refused", true],
  ]);
  expect(stable).toBe(true);
  expect(trusted()).toBe(before);
  expect(traces(box)).toEqual([]);
});
