import { expect, test } from "vitest";
import { checkRegistries, policySettings, registriesOf } from "../../../plan/registries.ts";
import { select } from "../../../plan/select.ts";
import { error } from "../config/support.ts";
import { catalogue, environmentOf, modelWith } from "./support.ts";

const kit = ["nvcr.io/nim", "nvcr.io/nvidia", "docker.io/vllm", "registry.k8s.io", "docker.io/envoyproxy"];

/** Findings for an environment whose one model comes from a repository. */
function findingsOf(repository: string, registries: readonly string[] = []) {
  const { config } = environmentOf({ bundles: ["finance"], governance: { registries } });
  const image = { repository, tag: "1.0" };
  const models = new Map([["fin-r1", modelWith("fin-r1", { image })]]);
  return checkRegistries(config, select(config, { ...catalogue, models }));
}

test.each(["vllm/vllm-openai", "docker.io/vllm/vllm-openai", "nvcr.io/nim/mit/boltz2", "slot.invalid/x"])(
  "%s is of a registry that the kit knows",
  (repository) => expect(findingsOf(repository)).toEqual([]),
);

test.each([
  ["registry.example.eu/risk/scorer", "registry.example.eu/risk"],
  ["scorer", "docker.io/library"],
  ["registry.example.eu:5000/scorer", "registry.example.eu:5000"],
])("%s is refused until the stack vouches for its registry", (repository, registry) => {
  expect(findingsOf(repository)).toEqual([
    error(
      "registry-not-allowed",
      "polymath:bundles[0]",
      `fin-r1 runs the image ${repository}`,
      `images of ${kit.join(", ")}`,
      `if you trust its registry, add it to polymath:governance.registries, such as "${registry}"`,
    ),
  ]);
  expect(findingsOf(repository, [registry])).toEqual([]);
});

test("a registry is a folder, not the beginning of a name", () => {
  expect(findingsOf("registry.example.eu/risky/scorer", ["registry.example.eu/risk"])).toHaveLength(1);
});

test("the policy pack is told the same list", () => {
  const { config } = environmentOf({ governance: { registries: ["registry.example.eu"] } });
  expect(policySettings(registriesOf(config))).toEqual({
    "pinned-image": { allowedRegistries: [...kit, "registry.example.eu"] },
  });
});

test.each(["vllm", "vllm/vllm-openai", "https://registry.example.eu", "Registry.example.eu", "registry.example.eu/"])(
  "no registry: %s",
  (registry) => {
    expect(environmentOf({ governance: { registries: [registry] } }).faults).toMatchObject([
      { allowed: "a registry with its host, such as registry.example.eu/models" },
    ]);
  },
);

test.each(["registry.example.eu", "registry.example.eu:5000/models", "registry:5000", "localhost", "10.0.0.1/a"])(
  "a registry: %s",
  (registry) => {
    expect(environmentOf({ governance: { registries: [registry] } }).faults).toBeUndefined();
  },
);
