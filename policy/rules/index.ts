import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { defaultDenyNetworkPolicy } from "./default-deny-network-policy.ts";
import { dropAllCapabilities } from "./drop-all-capabilities.ts";
import { gatewayAuthentication } from "./gateway-authentication.ts";
import { gpuTolerationAndPool } from "./gpu-toleration-and-pool.ts";
import { namespaceRestricted } from "./namespace-restricted.ts";
import { noHostPath } from "./no-host-path.ts";
import { noLiteralSecret } from "./no-literal-secret.ts";
import { noPrivileged } from "./no-privileged.ts";
import { pinnedImage } from "./pinned-image.ts";
import { runAsNonRoot } from "./run-as-non-root.ts";
import { seccompProfile } from "./seccomp-profile.ts";

/** Every rule of the pack. docs/policies.md explains each; a test compares the two. */
export const rules: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  noPrivileged(),
  runAsNonRoot(),
  dropAllCapabilities(),
  seccompProfile(),
  noHostPath(),
  pinnedImage(),
  gpuTolerationAndPool(),
  namespaceRestricted(),
  defaultDenyNetworkPolicy(),
  noLiteralSecret(),
  gatewayAuthentication(),
];
