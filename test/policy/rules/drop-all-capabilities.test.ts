import { expect, test } from "vitest";
import { dropAllCapabilities } from "../../../policy/rules/drop-all-capabilities.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = dropAllCapabilities();
const pod = (capabilities: unknown) =>
  deployment(podSpec({ containers: [container({ securityContext: { capabilities } })] }));
const notDropped = (found: string) =>
  `${onlyContainer}: found securityContext.capabilities.drop ${found}. Allowed: ["ALL"]. To do: set securityContext.capabilities.drop to ["ALL"].`;
const added = (found: string) =>
  `${onlyContainer}: found securityContext.capabilities.add ${found}. Allowed: absent or empty. To do: remove securityContext.capabilities.add; a port below 1024 is reached through a Service, not by a capability.`;

test.each([[{ drop: ["ALL"] }], [{ drop: ["ALL"], add: [] }], [{ drop: ["NET_RAW", "ALL"], add: null }]])(
  "accepts %j",
  async (capabilities) => {
    expect(await check(rule, deploymentType, pod(capabilities))).toEqual({ violations: [] });
  },
);

test.each([
  [undefined, [notDropped("absent or empty")]],
  [{ drop: [] }, [notDropped("absent or empty")]],
  [{ drop: ["NET_RAW"] }, [notDropped('["NET_RAW"]')]],
  [{ drop: ["all"] }, [notDropped('["all"]')]],
  [{ drop: ["ALL"], add: ["NET_BIND_SERVICE"] }, [added('["NET_BIND_SERVICE"]')]],
  [{ add: ["SYS_ADMIN"] }, [notDropped("absent or empty"), added('["SYS_ADMIN"]')]],
])("refuses %j", async (capabilities, violations) => {
  expect(await check(rule, deploymentType, pod(capabilities))).toEqual({ violations });
});

test("gives the device plugin no exemption", async () => {
  const plugin = container({ image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0", securityContext: {} });
  expect(await check(rule, "kubernetes:apps/v1:DaemonSet", deployment(podSpec({ containers: [plugin] })))).toEqual({
    violations: [notDropped("absent or empty").replace("Deployment", "DaemonSet")],
  });
});

test("decides nothing about added capabilities that are not known yet", async () => {
  expect(await check(rule, deploymentType, pod({ drop: ["ALL"], add: unknown }))).toEqual({
    violations: [],
    undecided:
      "string value at .spec.template.spec.containers.0.securityContext.capabilities.add can't be known during preview",
  });
});
