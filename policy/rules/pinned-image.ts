import type { ResourceValidationPolicy } from "@pulumi/policy";
import { type ImageReference, parseImage } from "../image.ts";
import { configuredList, podRule } from "../rule.ts";

/**
 * Where images may come from unless the pack's configuration says otherwise: NVIDIA's NIM and other images, vLLM, the Kubernetes project's
 * registry (body-based router) and Envoy Gateway's.
 */
const defaultAllowedRegistries: readonly string[] = [
  "nvcr.io/nim",
  "nvcr.io/nvidia",
  "docker.io/vllm",
  "registry.k8s.io",
  "docker.io/envoyproxy",
];

const digest = /^sha256:[0-9a-f]{64}$/;
/** A version of at least two numbers, such as 1.0, v0.22.0, 25.04-py3 or distroless-v1.40.0. */
const version = /(?:^|[^0-9.])\d+\.\d+/;
/** Words of tags that are moved on purpose. */
const movingWord = /(?:^|[._-])(?:latest|nightly|main|master|edge|dev|head|stable)(?:[._-]|$)/i;

/** Refuses images that can change behind their name, and images from registries that nobody has vouched for. */
export function pinnedImage(): ResourceValidationPolicy {
  return podRule(
    {
      name: "pinned-image",
      description: "An image is named by a fixed version or a digest, and comes from an allowed registry.",
      configSchema: {
        properties: {
          allowedRegistries: {
            type: "array",
            items: { type: "string", minLength: 1 },
            minItems: 1,
            default: [...defaultAllowedRegistries],
            description: "Registries, or folders of registries, with their host: docker.io/vllm, registry.example.com.",
          },
        },
      },
    },
    ({ object, at, spec, containers }, verdict, config) => {
      const registries = configuredList(config, "allowedRegistries", defaultAllowedRegistries);
      const check = (where: string, image: string): void => {
        for (const finding of imageFindings(image, registries)) verdict.refuse(object, { at: where, ...finding });
      };
      for (const { at, container } of containers) verdict.attempt(() => check(at, container.image ?? ""));
      verdict.each(
        () => spec.volumes,
        (volume, index) => {
          if (volume.image == null) return;
          check(`volume "${volume.name ?? ""}" (${at}.volumes[${index}])`, volume.image.reference ?? "");
        },
      );
    },
  );
}

interface ImageFinding {
  readonly found: string;
  readonly allowed: string;
  readonly fix: string;
}

function imageFindings(text: string, registries: readonly string[]): readonly ImageFinding[] {
  const image = parseImage(text);
  if (image === undefined) {
    return [
      {
        found: text === "" ? "no image" : `image "${text}", which is no image reference`,
        allowed: "an image with a fixed tag or a digest",
        fix: "name the image as registry/repository:version",
      },
    ];
  }
  const findings: ImageFinding[] = [];
  const moving = movingBecause(image);
  if (moving !== undefined) {
    findings.push({
      found: `image "${text}" ${moving}`,
      allowed: "a tag with a version of at least two numbers, such as 1.0 or v0.22.0, or a sha256 digest",
      fix: "name the exact version, or add the digest",
    });
  }
  if (!registries.some((registry) => `${image.repository}/`.startsWith(`${registry.replace(/\/+$/, "")}/`))) {
    findings.push({
      found: `image "${text}" of ${image.repository}`,
      allowed: registries.join(", "),
      fix: "copy the image to an allowed registry, or add its registry to allowedRegistries in the pack's configuration",
    });
  }
  return findings;
}

/** Why the image can change behind its name, or `undefined` where it cannot. A digest settles it, whatever the tag. */
function movingBecause(image: ImageReference): string | undefined {
  if (image.digest !== undefined) {
    return digest.test(image.digest) ? undefined : "with a digest that is not sha256 and 64 hexadecimal digits";
  }
  if (image.tag === undefined) return "without a tag, which means latest";
  return version.test(image.tag) && !movingWord.test(image.tag) ? undefined : `with the moving tag "${image.tag}"`;
}
