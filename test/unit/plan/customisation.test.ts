import { describe, expect, test } from "vitest";
import type { Settings } from "../../../catalogue/types/index.ts";
import { locate, namesOf, settingsArgs } from "../../../plan/customisation.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { withOwnModels } from "../../../plan/own-models.ts";
import { select } from "../../../plan/select.ts";
import { checkCustomisation } from "../../../plan/slots.ts";
import { RefusedError } from "../../../config/finding.ts";
import { error, refusedWith } from "../config/support.ts";
import { catalogue, environmentOf, lockOf, planOf, today } from "./support.ts";

const own = (specialist: Readonly<Record<string, unknown>>, aliases = {}) => ({
  bundles: [{ name: "law", only: ["saul-7b-instruct"] }],
  governance: {},
  specialists: { "contract-review": { bundle: "law", model: "saul-7b-instruct", ...specialist } },
  routing: { host: "models.example.eu", auth: { apiKey: { clients: ["demo"] } }, aliases },
});
const contracts = { name: "contracts", source: "store://adapters/contracts", rank: 16 };
const leases = { name: "leases", source: "hf://ORG/leases-lora", rank: 40 };

describe("adapters", () => {
  test("the first answers under the specialist's own names, each under its own, the base under :base", () => {
    const plan = planOf(own({ adapters: [contracts, leases] }, { review: "contract-review" }));
    const review = plan.specialists.find(({ name }) => name === "contract-review");
    expect(review?.names).toEqual([
      "contract-review",
      "review",
      "contract-review:contracts",
      "contract-review:leases",
      "contract-review:base",
    ]);
    const args = review?.serving.args ?? [];
    expect(args.slice(args.indexOf("--served-model-name"), args.indexOf("--max-model-len"))).toEqual([
      "--served-model-name",
      "contract-review:base",
    ]);
    expect(args.slice(args.indexOf("--enable-lora"))).toEqual([
      "--enable-lora",
      // The next rank that the engine compiles.
      "--max-lora-rank",
      "64",
      "--max-loras",
      "4",
      "--lora-modules",
      "contract-review=/weights/adapters/contracts",
      "review=/weights/adapters/contracts",
      "contract-review:contracts=/weights/adapters/contracts",
      "contract-review:leases=ORG/leases-lora",
    ]);
    expect(plan.gateway.models.find(({ specialist }) => specialist === "contract-review")?.names).toEqual(
      review?.names,
    );
  });

  test("without one nothing changes", () => {
    const review = planOf(own({})).specialists.find(({ name }) => name === "contract-review");
    expect(review?.names).toEqual(["contract-review"]);
    expect(review?.serving.args).not.toContain("--enable-lora");
    expect(namesOf("a", ["b"], [])).toEqual(["a", "b"]);
  });
});

describe("settings", () => {
  const { settings } = catalogue.runtimes.vllm;
  if (settings === null) throw new Error("vLLM takes settings");
  const args = (of: Settings) => settingsArgs(settings, of, "chatml");

  test("defaults of generation are JSON, the prompt is a template in the chat's own form", () => {
    expect(args({ systemPrompt: "You advise on claims.", generation: { temperature: 0.2 } })).toEqual([
      "--override-generation-config",
      '{"temperature":0.2}',
      "--chat-template",
      "{%- if messages[0]['role'] != 'system' %}{{- '<|im_start|>system\\n' + 'You advise on claims.' + '<|im_end|>\\n' }}{%- endif %}" +
        "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{%- endfor %}" +
        "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
    ]);
    expect(args({ systemPrompt: null, generation: {} })).toEqual([]);
  });

  test("what the engine's unescaping, Jinja or Kubernetes would change comes in by its number, or doubled", () => {
    const [, template] = args({ systemPrompt: "It's 100% für $(HOME) \\n 😀 and\nmore", generation: {} });
    expect(template).toContain("+ 'It%cs 100%% f%cr $$(HOME) %cn %c and\\nmore'|format(39, 252, 92, 128512) +");
  });
});

test("a source is a folder of the weight store, or stands as it is", () => {
  expect(locate("store://a/b", "/weights")).toBe("/weights/a/b");
  expect(locate("hf://ORG/x", "/weights")).toBe("ORG/x");
  expect(locate("s3://bucket/x", "/weights")).toBe("s3://bucket/x");
});

describe("refused", () => {
  const refusedBy = (keys: Readonly<Record<string, unknown>>) =>
    refusedWith(() => makePlan({ environment: environmentOf(keys), catalogue, lock: undefined, today }));
  const nim = {
    bundles: [{ name: "general", only: ["nemotron-3-nano-30b-a3b"] }],
    specialists: {},
    governance: { acceptLicences: ["nvidia-ai-product-agreement"] },
  };
  const override = (keys: Readonly<Record<string, unknown>>) => ({
    ...nim,
    bundles: [
      {
        name: "general",
        only: ["nemotron-3-nano-30b-a3b"],
        specialists: { "nemotron-3-nano-30b-a3b": keys },
      },
    ],
  });
  const at = "polymath:bundles[0].specialists.nemotron-3-nano-30b-a3b";

  const review = "polymath:specialists.contract-review";
  const nameOfItsOwn = 'names of their own, and none "base": that is the model without them';
  const nimTitle = catalogue.runtimes["nim-1"].title;

  test.each([
    [
      override({ adapters: [contracts] }),
      error(
        "adapters-unsupported",
        `${at}.adapters`,
        `adapters on nemotron-3-nano-30b-a3b, which runs on ${nimTitle}`,
        "a model with OpenAI's API on a runtime that takes adapters, such as vLLM",
        "remove them, or take another base model",
      ),
    ],
    [
      override({ settings: { systemPrompt: "x" } }),
      error(
        "settings-unsupported",
        `${at}.settings`,
        `settings of nemotron-3-nano-30b-a3b, which runs on ${nimTitle}`,
        "a model on a runtime that takes settings, such as vLLM",
        "remove them, or take another base model",
      ),
    ],
    [
      override({ source: "hf://a/b" }),
      error("no-slot", `${at}.source`, '"hf://a/b"', "nothing: nemotron-3-nano-30b-a3b has no slot", "remove the key"),
    ],
    [
      own({ settings: { systemPrompt: "x" } }),
      error(
        "system-prompt-unsupported",
        `${review}.settings.systemPrompt`,
        "a system prompt for saul-7b-instruct, whose chat format is not known",
        "a model whose row says its chatFormat",
        "send it with each request, or take another base model",
      ),
    ],
    [
      own({ adapters: [contracts, contracts] }),
      error("duplicate-name", `${review}.adapters`, '"contracts"', nameOfItsOwn, "rename it"),
    ],
    [
      own({ adapters: [{ ...contracts, name: "base" }] }),
      error("duplicate-name", `${review}.adapters`, '"base"', nameOfItsOwn, "rename it"),
    ],
  ])("%#: by one finding", (keys, finding) => {
    expect(refusedBy(keys)).toEqual([finding]);
  });

  test.each(["s3://bucket/x", "store://../weights", "store://a/../../b", "store:///etc", "hf://../x", "hf://ORG/-x"])(
    "a source that is neither a repository nor a folder of the store: %s",
    (source) => {
      expect(environmentOf(own({ adapters: [{ ...contracts, source }] })).faults).toEqual([
        error(
          "invalid-value",
          "polymath:specialists.contract-review.adapters[0].source",
          `"${source}"`,
          "hf://OWNER/REPOSITORY, or store://FOLDER for one that lies on the specialist's weight store",
          "change polymath:specialists.contract-review.adapters[0].source",
        ),
      ]);
    },
  );

  test("a specialist with the name of the gateway's own paths", () => {
    const keys = { ...own({}), specialists: { v1: { bundle: "law", model: "saul-7b-instruct" } } };
    expect(refusedBy(keys)).toEqual([
      error(
        "reserved-name",
        "polymath:specialists.v1",
        '"v1"',
        "a name other than v1, v1beta, v2, model, which paths of the gateway begin with",
        "give it another name",
      ),
    ]);
    expect(() => lockOf(environmentOf(keys))).toThrow(RefusedError);
  });
});

describe("settings of a model of the stack's own", () => {
  const model = {
    huggingFace: "ORG/tax-7b",
    licences: ["own"],
    requirements: [{ gpuMemoryGB: 24 }],
    maxContext: 8_192,
    diskGiB: 20,
    chatFormat: "chatml",
    api: { kind: "chat" },
  };
  const findings = (change: Readonly<Record<string, unknown>>, settings: Readonly<Record<string, unknown>>) => {
    const { config } = environmentOf({
      ...own({}),
      models: { tax: { ...model, ...change } },
      specialists: { tax: { bundle: "law", model: "tax", settings } },
    });
    return checkCustomisation(select(config, withOwnModels(config, catalogue).catalogue)).map(({ given }) => given);
  };
  test("are refused where it does not chat, or says the same by an argument", () => {
    const prompt = { systemPrompt: "x" };
    expect(findings({}, prompt)).toEqual([]);
    expect(findings({ api: { kind: "embeddings" } }, prompt)).toEqual(["settings of tax, which does not chat"]);
    const args = ["--chat-template=/x.jinja"];
    expect(findings({ args }, prompt)).toEqual(["settings of tax, whose own arguments say --chat-template=/x.jinja"]);
    expect(findings({ args }, { generation: { temperature: 0 } })).toEqual([]);
  });

  test.each([
    [{ temperature: -1 }, "temperature", "a number from 0 up"],
    [{ top_p: 1.5 }, "top_p", "a number above 0 and up to 1"],
    [{ top_k: -2 }, "top_k", "a whole number from -1 up"],
    [{ max_new_tokens: 0 }, "max_new_tokens", "a whole number above 0"],
    [{ repetition_penalty: 0 }, "repetition_penalty", "a number above 0"],
    [{ temprature: 1 }, "temprature", "temperature, top_p, top_k, max_new_tokens, repetition_penalty"],
  ])("defaults that no engine takes: %j", (generation, key, allowed) => {
    expect(environmentOf(own({ settings: { generation } })).faults).toMatchObject([
      { path: `polymath:specialists.contract-review.settings.generation.${key}`, allowed },
    ]);
  });
});
