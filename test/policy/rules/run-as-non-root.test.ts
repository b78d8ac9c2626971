import { expect, test } from "vitest";
import { runAsNonRoot } from "../../../policy/rules/run-as-non-root.ts";
import {
  check,
  container,
  daemonSetType,
  deployment,
  deploymentType,
  onlyContainer,
  podSpec,
  unknown,
} from "../support.ts";

const rule = runAsNonRoot();
const notProven = (found: string) =>
  `${onlyContainer}: found runAsNonRoot ${found}. Allowed: true, on the container or on its pod. To do: set securityContext.runAsNonRoot to true, and runAsUser where the image's own user is root.`;
const root = `${onlyContainer}: found runAsUser 0, which is root. Allowed: a user above 0, or none where the image names one. To do: set securityContext.runAsUser to the image's ordinary user.`;

const pod = (ofPod: unknown, ofContainer: unknown, image = "vllm/vllm-openai:v0.22.0") =>
  deployment(podSpec({ securityContext: ofPod, containers: [container({ image, securityContext: ofContainer })] }));

test.each([
  ["on the pod", { runAsNonRoot: true }, {}],
  ["on the container", {}, { runAsNonRoot: true }],
  ["on the container, over the pod's", { runAsNonRoot: false, runAsUser: 0 }, { runAsNonRoot: true, runAsUser: 1000 }],
])("accepts runAsNonRoot %s", async (_, ofPod, ofContainer) => {
  expect(await check(rule, deploymentType, pod(ofPod, ofContainer))).toEqual({ violations: [] });
});

test.each([
  [undefined, undefined, [notProven("absent")]],
  [{ runAsNonRoot: true }, { runAsNonRoot: false }, [notProven("false")]],
  [{ runAsNonRoot: true, runAsUser: 0 }, {}, [root]],
  [{ runAsNonRoot: true, runAsUser: 1000 }, { runAsUser: 0 }, [root]],
  [{}, { runAsUser: 0 }, [notProven("absent"), root]],
])("refuses the pod's %j with the container's %j", async (ofPod, ofContainer, violations) => {
  expect(await check(rule, deploymentType, pod(ofPod, ofContainer))).toEqual({ violations });
});

test("lets the NVIDIA device plugin run as root in a DaemonSet only", async () => {
  const plugin = pod({}, {}, "nvcr.io/nvidia/k8s-device-plugin:v0.20.0");
  expect(await check(rule, daemonSetType, plugin)).toEqual({ violations: [] });
  expect(await check(rule, deploymentType, plugin)).toEqual({ violations: [notProven("absent")] });
});

test.each(["nvcr.io/nvidia/k8s-device-plugin-2:v0.20.0", "example.com/nvidia/k8s-device-plugin:v0.20.0"])(
  "does not take %s for the device plugin",
  async (image) => {
    expect(await check(rule, daemonSetType, pod({}, {}, image))).toEqual({
      violations: [notProven("absent").replace("Deployment", "DaemonSet")],
    });
  },
);

test("does not exempt a container beside the device plugin", async () => {
  const containers = [
    container({ name: "plugin", image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0" }),
    container({ name: "other" }),
  ];
  expect(await check(rule, daemonSetType, deployment(podSpec({ securityContext: {}, containers })))).toEqual({
    violations: [
      `DaemonSet "finance/fin-r1", container "other" (spec.template.spec.containers[1]): found runAsNonRoot absent. Allowed: true, on the container or on its pod. To do: set securityContext.runAsNonRoot to true, and runAsUser where the image's own user is root.`,
    ],
  });
});

test("decides nothing about a user that is not known yet", async () => {
  expect(await check(rule, deploymentType, pod({ runAsNonRoot: true, runAsUser: unknown }, {}))).toEqual({
    violations: [],
    undecided: "string value at .spec.template.spec.securityContext.runAsUser can't be known during preview",
  });
});
