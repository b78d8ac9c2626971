import { expect, test } from "vitest";
import { planOf } from "./support.ts";

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
  expect(plan.gateway).toEqual({
    namespace: "polymath-test-gateway",
    name: "gateway",
    className: "polymath-test",
    host: "models.example.eu",
    clients: ["demo", "batch"],
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
        specialist: "llama-3.2-1b-instruct",
        names: ["llama-3.2-1b-instruct"],
        ...at("general", "llama-3-2-1b-instruct", 600),
      },
    ],
    paths: [
      { specialist: "diffdock", path: "/molecular-docking/diffdock/generate", ...at("biology", "diffdock", 1_800) },
      { specialist: "boltz2", path: "/biology/mit/boltz2/predict", ...at("biology", "boltz2", 1_800) },
      { specialist: "proteinmpnn", path: "/biology/ipd/proteinmpnn/predict", ...at("biology", "proteinmpnn", 1_800) },
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
