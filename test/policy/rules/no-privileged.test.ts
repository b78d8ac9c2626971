import { expect, test } from "vitest";
import { noPrivileged } from "../../../policy/rules/no-privileged.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = noPrivileged();
const withSecurity = (securityContext: unknown) =>
  deployment(podSpec({ containers: [container({ securityContext })] }));

test("accepts an ordinary pod", async () => {
  expect(await check(rule, deploymentType, deployment())).toEqual({ violations: [] });
});

test.each(["hostNetwork", "hostPID", "hostIPC"])("refuses %s", async (field) => {
  expect(await check(rule, deploymentType, deployment(podSpec({ [field]: true })))).toEqual({
    violations: [
      `Deployment "finance/fin-r1", spec.template.spec: found ${field} true. Allowed: false or absent. To do: remove ${field}.`,
    ],
  });
  expect(await check(rule, deploymentType, deployment(podSpec({ [field]: false })))).toEqual({ violations: [] });
});

test("refuses a privileged container", async () => {
  expect(
    await check(rule, deploymentType, withSecurity({ privileged: true, allowPrivilegeEscalation: false })),
  ).toEqual({
    violations: [
      `${onlyContainer}: found securityContext.privileged true. Allowed: false or absent. To do: remove securityContext.privileged.`,
    ],
  });
});

test.each([
  [{}, "absent, which means true"],
  [{ allowPrivilegeEscalation: true }, "true"],
  [null, "absent, which means true"],
])("refuses the security context %j, which lets a process gain privileges", async (securityContext, found) => {
  expect(await check(rule, deploymentType, withSecurity(securityContext))).toEqual({
    violations: [
      `${onlyContainer}: found securityContext.allowPrivilegeEscalation ${found}. Allowed: false. To do: set securityContext.allowPrivilegeEscalation to false.`,
    ],
  });
});

test("says what it could not decide during a preview, and still refuses the rest", async () => {
  expect(
    await check(rule, deploymentType, {
      ...deployment(
        podSpec({
          hostNetwork: true,
          containers: [container({ securityContext: { privileged: unknown, allowPrivilegeEscalation: true } })],
        }),
      ),
    }),
  ).toEqual({
    violations: [
      'Deployment "finance/fin-r1", spec.template.spec: found hostNetwork true. Allowed: false or absent. To do: remove hostNetwork.',
      `${onlyContainer}: found securityContext.allowPrivilegeEscalation true. Allowed: false. To do: set securityContext.allowPrivilegeEscalation to false.`,
    ],
    undecided:
      "string value at .spec.template.spec.containers.0.securityContext.privileged can't be known during preview",
  });
});
