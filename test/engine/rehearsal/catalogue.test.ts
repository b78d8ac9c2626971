import { afterEach, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { documentSchema } from "../../../cli/rehearse/document.ts";
import { rehearse, sandbox, type Sandbox } from "../../support/rehearse.ts";
import { lock, stacksWith } from "../../support/stacks.ts";

let box: Sandbox | undefined;
afterEach(() => box?.remove());

const accepted = Object.values(catalogue.licences)
  .filter(({ needsAcceptance, commercialUse }) => needsAcceptance && commercialUse !== "no")
  .map(({ id }) => id);
const regional = [...catalogue.providers.values()].filter(({ host }) => host.includes("{region}"));

/** Every bundle of the catalogue, slots unfilled, and beside them a model and a container of the organisation's own. */
const everything = `config:
  polymath:cluster: { kind: rehearsal }
  polymath:bundles: [${[...catalogue.bundles.keys()].join(", ")}]
  polymath:pools: { max: 24 }
  polymath:external: { ${regional.map(({ id }) => `${id}: { region: eu-central-1 }`).join(", ")} }
  polymath:models:
    tax-7b:
      huggingFace: ORG/tax-7b
      licences: [own]
      weightsGiB: 14.2
      attentionHeads: 28
      headDim: 128
      attention: { kind: gqa, layers: 28, kvHeads: 4, headDim: 128 }
      maxContext: 32768
      diskGiB: 20
      api: { kind: chat }
    scorer:
      runtime: custom
      image: registry.example.eu/risk/scorer:4.2.0
      licences: [own]
      requirements: [{ gpuMemoryGB: 16 }]
      diskGiB: 5
      port: 9000
      healthPath: /healthz
      api: { kind: rest, paths: [/score, "/v2/batches/*"] }
  polymath:specialists:
    tax-advice: { model: tax-7b, bundle: finance, context: 8192 }
    credit-risk: { model: scorer, bundle: finance }
    contract-review:
      model: saul-7b-instruct
      bundle: law
      adapters: [{ name: contracts, source: "store://adapters/contracts" }]
  polymath:routing: { host: models.example.com, auth: { apiKey: { clients: [web] } } }
  polymath:governance: { acceptLicences: [${accepted.join(", ")}], registries: [registry.example.eu/risk] }
`;

test("all bundles together, with models of one's own: every specialist and every provider answers", async () => {
  const stacks = stacksWith({ everything });
  lock(stacks, "everything");
  box = sandbox(stacks);
  const run = rehearse(box, ["everything", "--json"]);
  const code = await run.ended;
  const document = documentSchema.parse(JSON.parse(run.stdout()));
  expect(document.failure).toBeNull();
  expect(code).toBe(0);
  const answered = new Set(document.specialists.filter(({ ok }) => ok).map(({ name }) => name));
  const expected = [
    ...catalogue.specialists.keys(),
    ...catalogue.providers.keys(),
    "tax-advice",
    "credit-risk",
    "contract-review",
  ];
  expect(expected.filter((name) => !answered.has(name))).toEqual([]);
  expect(document.specialists.filter(({ ok }) => !ok)).toEqual([]);
  const routes = document.specialists.map(({ route }) => route);
  for (const route of ["model contract-review:contracts", "model contract-review:base", "/credit-risk/score"])
    expect(routes).toContain(route);
  expect(document.stable).toBe(true);
});
