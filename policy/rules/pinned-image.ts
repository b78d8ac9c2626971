import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kitRegistries } from "../../plan/registries.ts";
import { isWithin, movingBecause, parseImage } from "../../plan/image.ts";
import { configuredList, podRule } from "../rule.ts";

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
            default: [...kitRegistries],
            description: "Registries, or folders of registries, with their host: docker.io/vllm, registry.example.com.",
          },
        },
      },
    },
    ({ object, at, spec, containers }, verdict, config) => {
      const registries = configuredList(config, "allowedRegistries", kitRegistries);
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
  if (!registries.some((registry) => isWithin(image.repository, registry))) {
    findings.push({
      found: `image "${text}" of ${image.repository}`,
      allowed: registries.join(", "),
      fix: "copy the image to an allowed registry, or add its registry to allowedRegistries in the pack's configuration",
    });
  }
  return findings;
}
