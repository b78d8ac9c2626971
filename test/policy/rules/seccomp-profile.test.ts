import { expect, test } from "vitest";
import { seccompProfile } from "../../../policy/rules/seccomp-profile.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = seccompProfile();
const pod = (ofPod: unknown, ofContainer: unknown) =>
  deployment(podSpec({ securityContext: ofPod, containers: [container({ securityContext: ofContainer })] }));

test.each([
  [{ seccompProfile: { type: "RuntimeDefault" } }, {}],
  [{}, { seccompProfile: { type: "Localhost", localhostProfile: "model.json" } }],
  [{ seccompProfile: { type: "Unconfined" } }, { seccompProfile: { type: "RuntimeDefault" } }],
])("accepts the pod's %j with the container's %j", async (ofPod, ofContainer) => {
  expect(await check(rule, deploymentType, pod(ofPod, ofContainer))).toEqual({ violations: [] });
});

test.each([
  [undefined, undefined, "absent"],
  [{ seccompProfile: { type: "Unconfined" } }, {}, "Unconfined"],
  [{ seccompProfile: { type: "RuntimeDefault" } }, { seccompProfile: { type: "Unconfined" } }, "Unconfined"],
])("refuses the pod's %j with the container's %j", async (ofPod, ofContainer, found) => {
  expect(await check(rule, deploymentType, pod(ofPod, ofContainer))).toEqual({
    violations: [
      `${onlyContainer}: found seccompProfile.type ${found}. Allowed: RuntimeDefault or Localhost, on the container or on its pod. To do: set securityContext.seccompProfile.type to RuntimeDefault.`,
    ],
  });
});

test("decides nothing about a profile that is not known yet", async () => {
  expect(await check(rule, deploymentType, pod({ seccompProfile: { type: unknown } }, {}))).toEqual({
    violations: [],
    undecided: "string value at .spec.template.spec.securityContext.seccompProfile.type can't be known during preview",
  });
});
