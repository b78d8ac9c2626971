import { describe, expect, test } from "vitest";
import type { Settings } from "../../../catalogue/types/index.ts";
import { locate, namesOf, settingsArgs } from "../../../plan/customisation.ts";
import { catalogue, environmentOf, lockOf, planOf } from "./support.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { RefusedError } from "../../../config/finding.ts";

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

  test("neither quotes nor what Kubernetes would expand leave their string", () => {
    const [, template] = args({ systemPrompt: "It's $(HOME) \\ and\nmore", generation: {} });
    expect(template).toContain("'It\\'s $$(HOME) \\\\ and\\nmore'");
  });
});

test("a source is a folder of the weight store, or stands as it is", () => {
  expect(locate("store://a/b", "/weights")).toBe("/weights/a/b");
  expect(locate("hf://ORG/x", "/weights")).toBe("ORG/x");
  expect(locate("s3://bucket/x", "/weights")).toBe("s3://bucket/x");
});

describe("refused", () => {
  const refusedBy = (keys: Readonly<Record<string, unknown>>) => {
    const environment = environmentOf(keys);
    try {
      makePlan({ environment, catalogue, lock: undefined, today: "2026-11-23" });
    } catch (error) {
      if (error instanceof RefusedError) return error.findings.map(({ rule, path }) => [rule, path]);
      throw error;
    }
    return [];
  };
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

  test.each([
    [override({ adapters: [contracts] }), "adapters-unsupported", `${at}.adapters`],
    [override({ settings: { systemPrompt: "x" } }), "settings-unsupported", `${at}.settings`],
    [override({ source: "hf://a/b" }), "no-slot", `${at}.source`],
    [
      own({ settings: { systemPrompt: "x" } }),
      "system-prompt-unsupported",
      "polymath:specialists.contract-review.settings.systemPrompt",
    ],
    [own({ adapters: [contracts, contracts] }), "duplicate-name", "polymath:specialists.contract-review.adapters"],
    [
      own({ adapters: [{ ...contracts, name: "base" }] }),
      "duplicate-name",
      "polymath:specialists.contract-review.adapters",
    ],
  ])("%#: %s", (keys, rule, path) => {
    expect(refusedBy(keys)).toContainEqual([rule, path]);
  });

  test("a source that is neither a repository nor a folder of the store", () => {
    expect(environmentOf(own({ adapters: [{ ...contracts, source: "s3://bucket/x" }] })).faults).toMatchObject([
      {
        rule: "invalid-value",
        path: "polymath:specialists.contract-review.adapters[0].source",
        allowed: "hf://OWNER/REPOSITORY, or store://FOLDER for one that lies on the specialist's weight store",
      },
    ]);
  });

  test("a specialist with the name of the gateway's own paths", () => {
    const keys = { ...own({}), specialists: { v1: { bundle: "law", model: "saul-7b-instruct" } } };
    expect(refusedBy(keys)).toContainEqual(["reserved-name", "polymath:specialists.v1"]);
    expect(() => lockOf(environmentOf(keys))).toThrow(RefusedError);
  });
});
