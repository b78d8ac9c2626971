import type { ResourceValidationPolicy } from "@pulumi/policy";
import { podRule } from "../rule.ts";

const hostNamespaces = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** Refuses privileged containers, containers that may gain privileges, and pods that share a namespace of their node. */
export function noPrivileged(): ResourceValidationPolicy {
  return podRule(
    {
      name: "no-privileged",
      description: "A container has no more power over its node than any other process there.",
    },
    ({ object, at, spec, containers }, verdict) => {
      for (const field of hostNamespaces) {
        verdict.attempt(() => {
          if (spec[field] !== true) return;
          verdict.refuse(object, {
            at,
            found: `${field} true`,
            allowed: "false or absent",
            fix: `remove ${field}`,
          });
        });
      }
      for (const { at, container } of containers) {
        verdict.attempt(() => {
          if (container.securityContext?.privileged !== true) return;
          verdict.refuse(object, {
            at,
            found: "securityContext.privileged true",
            allowed: "false or absent",
            fix: "remove securityContext.privileged",
          });
        });
        verdict.attempt(() => {
          const escalation = container.securityContext?.allowPrivilegeEscalation;
          if (escalation === false) return;
          verdict.refuse(object, {
            at,
            found: `securityContext.allowPrivilegeEscalation ${escalation ?? "absent, which means true"}`,
            allowed: "false",
            fix: "set securityContext.allowPrivilegeEscalation to false",
          });
        });
      }
    },
  );
}
