import type { ResourceValidationPolicy } from "@pulumi/policy";
import { podRule } from "../rule.ts";

/** Refuses containers that keep or add Linux capabilities. */
export function dropAllCapabilities(): ResourceValidationPolicy {
  return podRule(
    {
      name: "drop-all-capabilities",
      description: "A container has no Linux capability: model servers need none.",
    },
    ({ object, containers }, verdict) => {
      for (const { at, container } of containers) {
        verdict.attempt(() => {
          const drop = container.securityContext?.capabilities?.drop ?? [];
          if (drop.includes("ALL")) return;
          verdict.refuse(object, {
            at,
            found: `securityContext.capabilities.drop ${drop.length === 0 ? "absent or empty" : JSON.stringify(drop)}`,
            allowed: '["ALL"]',
            fix: 'set securityContext.capabilities.drop to ["ALL"]',
          });
        });
        verdict.attempt(() => {
          const add = container.securityContext?.capabilities?.add ?? [];
          if (add.length === 0) return;
          verdict.refuse(object, {
            at,
            found: `securityContext.capabilities.add ${JSON.stringify(add)}`,
            allowed: "absent or empty",
            fix: "remove securityContext.capabilities.add; a port below 1024 is reached through a Service, not by a capability",
          });
        });
      }
    },
  );
}
