import { expect, test } from "vitest";
import { pinnedImage } from "../../../policy/rules/pinned-image.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = pinnedImage();
const hash = `sha256:${"0123456789abcdef".repeat(4)}`;
const pod = (image: string | undefined) => deployment(podSpec({ containers: [container({ image })] }));
const moving = (text: string, why: string, at = onlyContainer) =>
  `${at}: found image "${text}" ${why}. Allowed: a tag with a version of at least two numbers, such as 1.0 or v0.22.0, or a sha256 digest. To do: name the exact version, or add the digest.`;
const defaults = "nvcr.io/nim, nvcr.io/nvidia, docker.io/vllm, registry.k8s.io, docker.io/envoyproxy";
const foreign = (text: string, repository: string, allowed = defaults) =>
  `${onlyContainer}: found image "${text}" of ${repository}. Allowed: ${allowed}. To do: copy the image to an allowed registry, or add its registry to allowedRegistries in the pack's configuration.`;

test.each([
  "vllm/vllm-openai:v0.22.0",
  "docker.io/vllm/vllm-openai:v0.22.0",
  "index.docker.io/vllm/vllm-openai:v0.22.0",
  "nvcr.io/nim/ipd/proteinmpnn:1.0",
  "nvcr.io/nim/nvidia/nemotron-3-nano:1.7.0-variant",
  "nvcr.io/nvidia/tritonserver:25.04-py3",
  "nvcr.io/nvidia/k8s-device-plugin:v0.20.0",
  "registry.k8s.io/gateway-api-inference-extension/bbr:v1.3.0",
  "envoyproxy/envoy:distroless-v1.40.0",
  `nvcr.io/nim/arc/evo2:2@${hash}`,
  `vllm/vllm-openai@${hash}`,
])("accepts %s", async (image) => {
  expect(await check(rule, deploymentType, pod(image))).toEqual({ violations: [] });
});

test.each([
  ["vllm/vllm-openai", "without a tag, which means latest"],
  ["vllm/vllm-openai:latest", 'with the moving tag "latest"'],
  ["vllm/vllm-openai:v0.22.0-nightly", 'with the moving tag "v0.22.0-nightly"'],
  ["vllm/vllm-omni:cosmos3", 'with the moving tag "cosmos3"'],
  ["nvcr.io/nim/arc/evo2:2", 'with the moving tag "2"'],
  ["nvcr.io/nim/arc/evo2:v1", 'with the moving tag "v1"'],
  ["nvcr.io/nim/arc/evo2:1.0@sha256:abc", "with a digest that is not sha256 and 64 hexadecimal digits"],
])("refuses %s, which can change behind its name", async (image, why) => {
  expect(await check(rule, deploymentType, pod(image))).toEqual({ violations: [moving(image, why)] });
});

test.each([
  ["nginx:1.27.0", "docker.io/library/nginx"],
  ["ghcr.io/vllm/vllm-openai:v0.22.0", "ghcr.io/vllm/vllm-openai"],
  ["docker.io/vllm-fake/vllm-openai:v0.22.0", "docker.io/vllm-fake/vllm-openai"],
  ["nvcr.io/nvidian/tritonserver:25.04-py3", "nvcr.io/nvidian/tritonserver"],
  ["registry.k8s.io.example.com/bbr:v1.3.0", "registry.k8s.io.example.com/bbr"],
  ["localhost:5000/vllm/vllm-openai:v0.22.0", "localhost:5000/vllm/vllm-openai"],
])("refuses %s, whose registry is not allowed", async (image, repository) => {
  expect(await check(rule, deploymentType, pod(image))).toEqual({ violations: [foreign(image, repository)] });
});

test("reports tag and registry of one image, both", async () => {
  expect(await check(rule, deploymentType, pod("nginx"))).toEqual({
    violations: [moving("nginx", "without a tag, which means latest"), foreign("nginx", "docker.io/library/nginx")],
  });
});

test.each([
  [undefined, "no image"],
  ["", "no image"],
  ["Vllm/OpenAI:v0.22.0", 'image "Vllm/OpenAI:v0.22.0", which is no image reference'],
  ["vllm/vllm openai:v0.22.0", 'image "vllm/vllm openai:v0.22.0", which is no image reference'],
])("refuses %j, which is no image", async (image, found) => {
  expect(await check(rule, deploymentType, pod(image))).toEqual({
    violations: [
      `${onlyContainer}: found ${found}. Allowed: an image with a fixed tag or a digest. To do: name the image as registry/repository:version.`,
    ],
  });
});

test("takes the allowed registries from the pack's configuration, instead of its own", async () => {
  const config = { allowedRegistries: ["registry.example.com/models/"] };
  const good = "registry.example.com/models/vllm-openai:v0.22.0";
  const bad = "vllm/vllm-openai:v0.22.0";
  expect(await check(rule, deploymentType, pod(good), config)).toEqual({ violations: [] });
  expect(await check(rule, deploymentType, pod(bad), config)).toEqual({
    violations: [foreign(bad, "docker.io/vllm/vllm-openai", "registry.example.com/models/")],
  });
});

test("checks init containers, ephemeral containers and image volumes", async () => {
  const latest = { name: "x", image: "vllm/vllm-openai:latest" };
  const spec = podSpec({
    initContainers: [latest],
    ephemeralContainers: [latest],
    volumes: [{ name: "weights", image: { reference: "vllm/vllm-openai:latest" } }],
  });
  const why = 'with the moving tag "latest"';
  expect(await check(rule, "kubernetes:core/v1:Pod", { metadata: { name: "p" }, spec })).toEqual({
    violations: [
      moving(latest.image, why, 'Pod "p", init container "x" (spec.initContainers[0])'),
      moving(latest.image, why, 'Pod "p", ephemeral container "x" (spec.ephemeralContainers[0])'),
      moving(latest.image, why, 'Pod "p", volume "weights" (spec.volumes[0])'),
    ],
  });
});

test("decides nothing about an image that is not known yet", async () => {
  expect(await check(rule, deploymentType, pod(unknown))).toEqual({
    violations: [],
    undecided: "string value at .spec.template.spec.containers.0.image can't be known during preview",
  });
});
