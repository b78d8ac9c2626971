import { expect, test } from "vitest";
import { makePlan } from "../../../plan/make-plan.ts";
import { catalogue, environmentOf, lockOf, planOf, today } from "./support.ts";

test("each API has its routes: by model with every alias, or by path", () => {
  const plan = planOf({
    bundles: ["biology", "law", "general"],
    routing: {
      host: "models.example.eu",
      auth: { apiKey: { clients: ["demo", "batch"] } },
      aliases: { review: "saul-7b-instruct", "Contract/Review": "saul-7b-instruct" },
    },
  });
  const at = (domain: string, service: string, timeoutSeconds: number) => ({
    namespace: `polymath-test-${domain}`,
    service,
    port: 8_000,
    timeoutSeconds,
  });
  /** No other model of the catalogue has this path, so it is there as it is, too. */
  const both = (name: string, target: string) =>
    [target, `/${name}${target}`].map((path) => ({
      specialist: name,
      path,
      target,
      match: "exact",
      ...at("biology", name, 1_800),
    }));
  expect(plan.gateway).toEqual({
    namespace: "polymath-test-gateway",
    name: "gateway",
    className: "polymath-test",
    host: "models.example.eu",
    clients: ["demo", "batch"],
    external: [],
    models: [
      {
        specialist: "saul-7b-instruct",
        names: ["saul-7b-instruct", "Contract/Review", "review"],
        ...at("law", "saul-7b-instruct", 600),
      },
      {
        specialist: "nemotron-3-nano-30b-a3b",
        names: ["nemotron-3-nano-30b-a3b"],
        ...at("general", "nemotron-3-nano-30b-a3b", 600),
      },
      {
        specialist: "llama-nemotron-embed-1b-v2",
        names: ["llama-nemotron-embed-1b-v2"],
        ...at("general", "llama-nemotron-embed-1b-v2", 60),
      },
      {
        specialist: "llama-3-2-1b-instruct",
        names: ["llama-3-2-1b-instruct"],
        ...at("general", "llama-3-2-1b-instruct", 600),
      },
    ],
    paths: [
      ...both("diffdock", "/molecular-docking/diffdock/generate"),
      ...both("boltz2", "/biology/mit/boltz2/predict"),
      ...both("proteinmpnn", "/biology/ipd/proteinmpnn/predict"),
    ],
  });
});

test("the server of a model answers to exactly the names that are routed to it", () => {
  const plan = planOf({
    bundles: ["law"],
    routing: {
      host: "a.b",
      auth: { apiKey: { clients: ["a"] } },
      aliases: { z: "saul-7b-instruct", y: "saul-7b-instruct" },
    },
  });
  const args = plan.specialists[0]?.serving.args ?? [];
  const from = args.indexOf("--served-model-name") + 1;
  expect(args.slice(from, from + 3)).toEqual(plan.gateway.models[0]?.names);
});

test("a path that several models have stands below each name only; a star stands for everything below", () => {
  const models = new Map(
    [...catalogue.models].map(([id, model]) => [
      id,
      id === "boltz2" || id === "diffdock"
        ? { ...model, api: { ...model.api, paths: ["/v1/infer"] } }
        : id === "proteinmpnn"
          ? { ...model, api: { ...model.api, paths: ["/v2/models/*"] } }
          : model,
    ]),
  );
  const environment = environmentOf({
    bundles: ["biology"],
    specialists: { second: { model: "proteinmpnn", bundle: "biology" } },
  });
  const { paths } = makePlan({
    environment,
    catalogue: { ...catalogue, models },
    lock: lockOf(environment),
    today,
  }).gateway;
  expect(paths.map(({ specialist, path, target, match }) => [specialist, path, target, match])).toEqual([
    ["diffdock", "/diffdock/v1/infer", "/v1/infer", "exact"],
    ["boltz2", "/boltz2/v1/infer", "/v1/infer", "exact"],
    ["proteinmpnn", "/v2/models", "/v2/models", "prefix"],
    ["proteinmpnn", "/proteinmpnn/v2/models", "/v2/models", "prefix"],
    ["second", "/second/v2/models", "/v2/models", "prefix"],
  ]);
});

test("a model of the stack's own changes no path of another, and answers below its specialist's name", () => {
  const path = "/biology/mit/boltz2/predict";
  const models = {
    mine: {
      runtime: "custom",
      image: "nvcr.io/nvidia/mine:1.0",
      licences: ["own"],
      requirements: [{ gpuMemoryGB: 16 }],
      diskGiB: 4,
      api: { kind: "rest", paths: [path] },
    },
  };
  const { paths } = planOf({
    bundles: [{ name: "biology", only: ["boltz2"] }],
    models,
    specialists: { folder: { model: "mine", bundle: "biology" } },
  }).gateway;
  expect(paths.map((route) => [route.specialist, route.path])).toEqual([
    ["boltz2", path],
    ["boltz2", `/boltz2${path}`],
    ["folder", `/folder${path}`],
  ]);
});
