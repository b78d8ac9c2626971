import { refusal, type Finding } from "../config/finding.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { isWithin, parseImage } from "./image.ts";
import type { Selection } from "./select.ts";

/**
 * Where images may come from in every environment: NVIDIA's NIM and other images, vLLM, the Kubernetes project's registry (body-based
 * router) and Envoy Gateway's.
 */
export const kitRegistries = [
  "nvcr.io/nim",
  "nvcr.io/nvidia",
  "docker.io/vllm",
  "registry.k8s.io",
  "docker.io/envoyproxy",
] as const;

/** Stands for the image of a slot that nothing fills. No host can have that name, so nothing is ever pulled from it. */
export const slotRegistry = "slot.invalid";

/** Registries that an environment's images may come from: the kit's, and those that the stack vouches for. */
export const registriesOf = ({ governance }: Pick<EnvironmentConfig, "governance">): readonly string[] => [
  ...kitRegistries,
  ...governance.registries,
];

/** Images of the stack's own that come from a registry which nobody has vouched for. */
export function checkRegistries(config: EnvironmentConfig, { specialists }: Selection): readonly Finding[] {
  const allowed = registriesOf(config);
  return specialists.flatMap(({ row, model, path }) => {
    const repository = parseImage(`${model.image.repository}:${model.image.tag}`)?.repository ?? model.image.repository;
    if (isWithin(repository, slotRegistry) || allowed.some((registry) => isWithin(repository, registry))) return [];
    return [
      refusal(
        "registry-not-allowed",
        path,
        `${row.name} runs the image ${model.image.repository}`,
        `images of ${allowed.join(", ")}`,
        `if you trust its registry, add it to polymath:governance.registries, such as "${repository.split("/").slice(0, -1).join("/")}"`,
      ),
    ];
  });
}

/** Settings of the policy pack for an environment, as `--policy-pack-config` takes them. */
export const policySettings = (registries: readonly string[]): Readonly<Record<string, unknown>> => ({
  "pinned-image": { allowedRegistries: registries },
});
