import type { ResourceValidationPolicy } from "@pulumi/policy";
import { podRule } from "../rule.ts";

const filtering = new Set<string | null | undefined>(["RuntimeDefault", "Localhost"]);

/** Refuses containers whose system calls are not filtered. A container's own profile counts before its pod's, as in Kubernetes. */
export function seccompProfile(): ResourceValidationPolicy {
  return podRule(
    {
      name: "seccomp-profile",
      description: "A container's system calls are filtered: without a profile, most clusters filter none.",
    },
    ({ object, spec, containers }, verdict) => {
      for (const { at, container } of containers) {
        verdict.attempt(() => {
          const type = container.securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
          if (filtering.has(type)) return;
          verdict.refuse(object, {
            at,
            found: `seccompProfile.type ${type ?? "absent"}`,
            allowed: "RuntimeDefault or Localhost, on the container or on its pod",
            fix: "set securityContext.seccompProfile.type to RuntimeDefault",
          });
        });
      }
    },
  );
}
