import type { ResourceValidationPolicy } from "@pulumi/policy";
import { exemptionOf } from "../exemptions.ts";
import { podRule } from "../rule.ts";

/** Refuses containers that may run as root. A container's own setting counts before its pod's, as in Kubernetes. */
export function runAsNonRoot(): ResourceValidationPolicy {
  return podRule(
    {
      name: "run-as-non-root",
      description: "Every container runs as an ordinary user, and the kubelet proves it before it starts.",
    },
    ({ object, spec, containers }, verdict) => {
      for (const { at, container } of containers) {
        verdict.attempt(() => {
          if (exemptionOf("run-as-non-root", object, container) !== undefined) return;
          verdict.attempt(() => {
            const nonRoot = container.securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot;
            if (nonRoot === true) return;
            verdict.refuse(object, {
              at,
              found: `runAsNonRoot ${nonRoot ?? "absent"}`,
              allowed: "true, on the container or on its pod",
              fix: "set securityContext.runAsNonRoot to true, and runAsUser where the image's own user is root",
            });
          });
          verdict.attempt(() => {
            const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
            if (user !== 0) return;
            verdict.refuse(object, {
              at,
              found: "runAsUser 0, which is root",
              allowed: "a user above 0, or none where the image names one",
              fix: "set securityContext.runAsUser to the image's ordinary user",
            });
          });
        });
      }
    },
  );
}
