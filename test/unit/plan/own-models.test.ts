import { describe, expect, test } from "vitest";
import { catalogue as whole } from "../../../catalogue/index.ts";
import { fixedImage } from "../../../plan/image.ts";
import { withOwnModels } from "../../../plan/own-models.ts";
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

/** A model as it runs under the name `own` and one alias. */
const ownOf = (model: Readonly<Record<string, unknown>>, specialist: Readonly<Record<string, unknown>> = {}) =>
  planOf({
    ...keys,
    governance: { registries: ["docker.io/lmsysorg"] },
    models: { model },
    specialists: { own: { model: "model", bundle: "finance", ...specialist } },
    routing: { host: "models.example.eu", auth: { apiKey: { clients: ["demo"] } }, aliases: { other: "own" } },
  }).specialists.find(({ name }) => name === "own");
const argsOf = (...of: Parameters<typeof ownOf>) => ownOf(...of)?.serving.args;

describe("each runtime is told what its server needs", () => {
  test("vLLM runs a model for embeddings as one that pools, within the limits that it was sized for", () => {
    expect(argsOf({ ...tax, api: { kind: "embeddings" } }, { context: 8_192 })).toEqual([
      "--model",
      "ORG/tax-7b",
      "--served-model-name",
      "own",
      "other",
      "--runner",
      "pooling",
      "--max-model-len",
      "8192",
      "--gpu-memory-utilization",
      "0.92",
    ]);
  });

  test("and splits it over the GPUs that it was sized for", () => {
    const big = { ...tax, weightsGiB: 400, diskGiB: 500, attentionHeads: 64, api: { kind: "embeddings" } };
    const { gpusPerReplica, serving } = ownOf(big, { context: 8_192 }) ?? {};
    expect(gpusPerReplica).toBeGreaterThan(1);
    expect(serving?.args.slice(-2)).toEqual(["--tensor-parallel-size", String(gpusPerReplica)]);
  });

  test("SGLang takes one name alone, and the flag of embeddings", () => {
    const server = { ...tax, runtime: "sglang", image: "lmsysorg/sglang:v0.5.6" };
    const begin = ["python3", "-m", "sglang.launch_server", "--host", "0.0.0.0", "--port", "30000"];
    const model = [...begin, "--model-path", "ORG/tax-7b", "--served-model-name", "own"];
    const limits = ["--context-length", "32768", "--mem-fraction-static", "0.88"];
    expect(argsOf(server)).toEqual([...model, ...limits]);
    expect(argsOf({ ...server, api: { kind: "embeddings" } })).toEqual([...model, "--is-embedding", ...limits]);
  });

  test("the runtime of each model of the catalogue serves its API", () => {
    const strange = [...whole.models.values()].filter(({ runtime, api }) => !whole.runtimes[runtime].apis[api.kind]);
    expect(strange.map(({ id }) => id)).toEqual([]);
  });
});

describe("refused", () => {
  const at = "polymath:models.tax-7b";
  const rulesOf = (model: Readonly<Record<string, unknown>>) =>
    findingsOf({ "tax-7b": model }).map(({ rule, path, given, allowed }) => [rule, path, given, allowed]);

  test("numbers that sizing needs, where no GPUs are known to be enough", () => {
    const { attention: _attention, maxContext: _context, weightsGiB: _weights, ...rest } = tax;
    expect(findingsOf({ "tax-7b": rest })).toEqual([
      error(
        "facts-missing",
        at,
        "no requirements, and no weightsGiB, no attention, no maxContext",
        "requirements, or the numbers of its architecture",
        "write weightsGiB, attention, maxContext as the model's config.json and its card have them, or under requirements the GPUs that are known to be enough",
      ),
    ]);
    expect(findingsOf({ "tax-7b": { ...rest, requirements: [{ gpuMemoryGB: 24 }] } })).toEqual([]);
    // What pools keeps nothing.
    expect(findingsOf({ "tax-7b": { ...rest, weightsGiB: 1, api: { kind: "embeddings" } } })).toEqual([]);
  });

  const gqa = tax.attention;
  const nas = { kind: "nas", blocks: 28, attentionLayers: 20, kvHeads: 4, headDim: 128 };
  test.each([
    [{ attention: { ...gqa, kvHeads: 64 } }, "attention.kvHeads", "64 key-value heads for 28 query heads"],
    [{ attention: { ...gqa, kvHeads: 5 } }, "attention.kvHeads", "5 key-value heads for 28 query heads"],
    [{ attention: { ...gqa, headDim: 64 } }, "attention.headDim", "64, while the model has 128"],
    [{ layers: 10 }, "layers", "10 layers, of which the attention has 28"],
    [
      { attention: { ...nas, attentionLayers: 29 } },
      "attention.attentionLayers",
      "29 layers with attention in 28 blocks",
    ],
    [{ parametersB: 70 }, "weightsGiB", "14.2 GiB for 70 billion parameters in bf16"],
    [{ diskGiB: 10 }, "diskGiB", "10 GiB for weights of 14.2 GiB"],
  ])("numbers that contradict each other: %j", (change, key, given) => {
    expect(rulesOf({ ...tax, ...change }).map(([, path, found]) => [path, found])).toEqual([[`${at}.${key}`, given]]);
  });

  test("numbers that agree are not refused, nor is 4-bit", () => {
    expect(rulesOf({ ...tax, layers: 28, parametersB: 7.6, attention: nas })).toEqual([]);
    expect(rulesOf({ ...tax, parametersB: 28, precision: "w4a16" })).toEqual([]);
  });

  test("an API that the runtime's server does not have, with those that it has", () => {
    expect(rulesOf({ ...tax, api: { kind: "rerank" } })).toEqual([
      ["api-unsupported", `${at}.api.kind`, '"rerank"', "chat, embeddings, rest on vLLM"],
    ]);
    const triton = { ...scorer, runtime: "triton", image: undefined, port: 8000, healthPath: undefined, uid: 1000 };
    expect(rulesOf({ ...triton, args: [], env: {}, api: { kind: "chat" } })).toEqual([
      ["api-unsupported", `${at}.api.kind`, '"chat"', "rest on NVIDIA Triton"],
    ]);
    expect(rulesOf({ ...triton, args: ["--http-port=9000"], env: {}, huggingFace: "ORG/x" })).toEqual([
      ["weights-not-used", `${at}.huggingFace`, '"ORG/x"', "nothing: NVIDIA Triton serves a model repository"],
      [
        "set-by-kit",
        `${at}.args[0]`,
        "--http-port=9000",
        "arguments that the kit does not set itself: not --model-repository, --http-port",
      ],
    ]);
  });

  test("OpenAI's paths of an API of its own, and more paths than a route has rules", () => {
    expect(rulesOf({ ...scorer, api: { kind: "rest", paths: ["/score", "/v1/completions"] } })).toEqual([
      [
        "path-without-model",
        `${at}.api.paths[1]`,
        "/v1/completions",
        "paths of an API of its own: requests to OpenAI's are routed by the model that they name",
      ],
    ]);
    const paths = (count: number) => Array.from({ length: count }, (_, index) => `/p${index}`);
    expect(rulesOf({ ...scorer, api: { kind: "rest", paths: paths(17) } })).toEqual([
      ["too-many-paths", `${at}.api.paths`, "17 paths", "at most 16, the rules of one route"],
    ]);
    expect(rulesOf({ ...scorer, api: { kind: "rest", paths: [...paths(16), "/p0"] } })).toEqual([]);
  });

  test("what the runtime fixes; a container of its own fixes nothing", () => {
    expect(rulesOf({ ...tax, port: 9_000, healthPath: "/healthz", uid: 1_000 })).toEqual([
      ["fixed-by-runtime", `${at}.port`, "9000", "8000, as vLLM has it"],
      ["fixed-by-runtime", `${at}.healthPath`, "/healthz", "/health, as vLLM has it"],
      ["fixed-by-runtime", `${at}.uid`, "1000", "2000, as vLLM has it"],
    ]);
    expect(rulesOf({ ...scorer, env: { HOME: "/home/app", HF_HOME: "/tmp/hf" }, args: ["--port=9000"] })).toEqual([]);
  });

  test("arguments and variables that the kit sets, secrets among them", () => {
    const own = {
      ...tax,
      gated: true,
      args: ["--dtype=auto", "--max_model_len", "99", "--port=1"],
      env: { HF_TOKEN: "x", HF_HOME: "/x", NCCL_DEBUG: "INFO" },
    };
    expect(rulesOf(own).map(([rule, path, given]) => [rule, path, given])).toEqual([
      ["set-by-kit", `${at}.args[1]`, "--max_model_len"],
      ["set-by-kit", `${at}.args[3]`, "--port=1"],
      ["set-by-kit", `${at}.env.HF_TOKEN`, "HF_TOKEN"],
      ["set-by-kit", `${at}.env.HF_HOME`, "HF_HOME"],
    ]);
    const nim = { ...scorer, runtime: "nim-1", image: "nvcr.io/org/x:1.0.0", port: undefined, healthPath: undefined };
    const env = { NIM_SERVED_MODEL_NAME: "x", NGC_API_KEY: "y", NIM_MAX_BATCH_SIZE: "4" };
    expect(rulesOf({ ...nim, uid: undefined, args: [], env }).map(([, path]) => path)).toEqual([
      `${at}.env.NIM_SERVED_MODEL_NAME`,
      `${at}.env.NGC_API_KEY`,
    ]);
  });

  test.each([
    [{ port: 80 }, "port", "a port from 1024 to 65535: without root none below can be opened"],
    [{ requirements: [{ gpuMemoryGB: 16, gpuCount: 3 }] }, "requirements[0].gpuCount", "one of: 1, 2, 4, 8"],
    [{ uid: 0 }, "uid", "the number of a user other than root, such as 1000"],
    [{ healthPath: "/a b?c" }, "healthPath", "a path that begins with /, such as /healthz"],
    [{ api: { kind: "rest", paths: ["/a/../b"] } }, "api.paths[0]", "a path such as /v1/predict or /v2/models/*"],
  ])("a container that no cluster would run: %j", (change, key, allowed) => {
    expect(environmentOf({ models: { "tax-7b": { ...scorer, ...change } } }).faults).toMatchObject([
      { path: `${at}.${key}`, allowed },
    ]);
  });

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
  expect(fixedImage(reference)).toEqual({ repository, tag });
  expect(`${repository}:${tag}`).toBe(reference);
});
