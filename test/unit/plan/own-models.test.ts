import { describe, expect, test } from "vitest";
import { imageOf, withOwnModels } from "../../../plan/own-models.ts";
import { error } from "../config/support.ts";
import { catalogue, environmentOf, planOf } from "./support.ts";

/** A model of Hugging Face with the numbers of its architecture. */
const tax = {
  huggingFace: "ORG/tax-7b",
  licences: ["own"],
  weightsGiB: 14.2,
  attentionHeads: 28,
  headDim: 128,
  attention: { kind: "gqa", layers: 28, kvHeads: 4, headDim: 128 },
  maxContext: 32_768,
  diskGiB: 20,
  api: { kind: "chat" },
};
/** A container with an API of its own. */
const scorer = {
  runtime: "custom",
  image: "registry.example.eu/risk/scorer:4.2.0",
  licences: ["own"],
  requirements: [{ gpuMemoryGB: 16 }],
  diskGiB: 5,
  port: 9_000,
  healthPath: "/healthz",
  uid: 10_001,
  args: ["--workers=2"],
  env: { LOG_LEVEL: "info" },
  api: { kind: "rest", paths: ["/score", "/v2/batches/*"] },
};

const keys = {
  bundles: [{ name: "finance", only: ["fin-r1"] }],
  governance: { registries: ["registry.example.eu/risk", "nvcr.io/org"] },
  models: { "tax-7b": tax, scorer },
  specialists: {
    "tax-advice": { model: "tax-7b", bundle: "finance", context: 8_192 },
    "credit-risk": { model: "scorer", bundle: "finance" },
  },
};
const findingsOf = (models: Readonly<Record<string, unknown>>) =>
  withOwnModels(environmentOf({ models }).config, catalogue).findings;

test("models of a stack's own are planned like the catalogue's, without a change to the kit", () => {
  const plan = planOf(keys);
  expect(plan.findings).toEqual([]);
  const [, advice, risk] = plan.specialists;
  expect(advice).toMatchObject({
    name: "tax-advice",
    names: ["tax-advice"],
    model: "tax-7b",
    runtime: "vllm",
    gpusPerReplica: 1,
    size: { weightsGiB: 14.2, kvCacheGiB: 0.45, basis: "parts", evidence: "estimated" },
    serving: {
      image: "vllm/vllm-openai:v0.22.0",
      args: [
        "--model",
        "ORG/tax-7b",
        "--served-model-name",
        "tax-advice",
        "--max-model-len",
        "8192",
        "--gpu-memory-utilization",
        "0.92",
      ],
      secretEnv: {},
    },
    store: { sizeGiB: 20 },
  });
  expect(risk).toMatchObject({
    names: [],
    runtime: "custom",
    size: { basis: "vendor", required: 16 },
    serving: {
      image: "registry.example.eu/risk/scorer:4.2.0",
      args: ["--workers=2"],
      env: { LOG_LEVEL: "info" },
      port: 9_000,
      uid: 10_001,
      probes: { startup: "/healthz", readiness: "/healthz", liveness: "/healthz" },
    },
    egress: [],
  });
  expect(plan.gateway.paths).toMatchObject([
    { specialist: "credit-risk", path: "/credit-risk/score", target: "/score", match: "exact", port: 9_000 },
    { specialist: "credit-risk", path: "/credit-risk/v2/batches", target: "/v2/batches", match: "prefix" },
  ]);
});

test("a gated repository and a private registry bring their credentials", () => {
  const plan = planOf({
    ...keys,
    models: { "tax-7b": { ...tax, gated: true }, scorer: { ...scorer, image: "nvcr.io/org/scorer:4.2.0" } },
  });
  const [, advice, risk] = plan.specialists;
  expect([advice?.serving.secretEnv, advice?.serving.imagePullCredential]).toEqual([
    { HF_TOKEN: "hugging-face" },
    null,
  ]);
  expect(risk?.serving.imagePullCredential).toBe("ngc");
  expect(plan.secrets.map(({ key }) => key)).toEqual(["client-demo", "hugging-face", "ngc"]);
});

describe("refused", () => {
  const at = "polymath:models.tax-7b";
  test("an id that the catalogue has", () => {
    expect(findingsOf({ "fin-r1": tax })).toEqual([
      error(
        "own-model-shadows",
        "polymath:models.fin-r1",
        '"fin-r1"',
        "an id that no model of the catalogue has",
        "give it another id",
      ),
    ]);
  });

  test("a container without an image, weights without a repository, an API without a path", () => {
    const { image: _image, ...noImage } = scorer;
    const { huggingFace: _weights, ...noWeights } = tax;
    expect(
      findingsOf({ a: noImage, b: noWeights, c: { ...scorer, api: { kind: "rest" } } }).map(({ rule, path }) => [
        rule,
        path,
      ]),
    ).toEqual([
      ["image-missing", "polymath:models.a.image"],
      ["weights-missing", "polymath:models.b.huggingFace"],
      ["paths-missing", "polymath:models.c.api.paths"],
    ]);
  });

  test.each(["registry.example.eu/scorer", "registry.example.eu/scorer:latest", "Scorer:1.0", "scorer:stable"])(
    "an image that moves, or none: %s",
    (image) => {
      expect(findingsOf({ "tax-7b": { ...tax, image } })).toEqual([
        error(
          "image-not-fixed",
          `${at}.image`,
          `"${image}"`,
          "REPOSITORY:VERSION or REPOSITORY@sha256:DIGEST",
          "name the version that was tested; latest moves",
        ),
      ]);
    },
  );

  test("licences and GPU kinds that are none, with the nearest", () => {
    const wrong = { ...tax, licences: ["apache-2"], requirements: [{ gpuMemoryGB: 24, kinds: ["L4", "L40s"] }] };
    expect(findingsOf({ "tax-7b": wrong })).toMatchObject([
      { rule: "unknown-licence", path: `${at}.licences[0]`, fix: 'did you mean "apache-2.0"?' },
      { rule: "unknown-gpu", path: `${at}.requirements[0].kinds`, fix: 'did you mean "L40S"?' },
    ]);
  });
});

test.each([
  ["registry.example.eu:5000/a/b:1.2", "registry.example.eu:5000/a/b", "1.2"],
  [`a/b@sha256:${"0f".repeat(32)}`, "a/b@sha256", "0f".repeat(32)],
  [`a/b:1.2@sha256:${"0f".repeat(32)}`, "a/b", `1.2@sha256:${"0f".repeat(32)}`],
])("image %s", (reference, repository, tag) => {
  expect(imageOf(reference)).toEqual({ repository, tag });
  expect(`${repository}:${tag}`).toBe(reference);
});
