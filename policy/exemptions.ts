import { parseImage } from "../plan/image.ts";
import { isKind, type KubernetesObject } from "./kubernetes-object.ts";
import type { Container } from "./pod-spec.ts";

/** A narrow way past one rule for one image, because the software in it cannot work otherwise. */
interface Exemption {
  /** The id of the rule. */
  readonly rule: "run-as-non-root" | "no-host-path";
  /** The image's full repository; any tag. It holds only in a DaemonSet. */
  readonly repository: string;
  /** The folders of the node that may be mounted, each exactly as written. */
  readonly hostPaths: readonly string[];
  readonly reason: string;
  readonly source: string;
}

/** Every exemption there is. Rules read nothing else to let something pass. */
export const exemptions: readonly Exemption[] = [
  {
    rule: "run-as-non-root",
    repository: "nvcr.io/nvidia/k8s-device-plugin",
    hostPaths: [],
    reason: "the plugin makes its socket in the kubelet's device plugin folder, which belongs to root",
    source:
      "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/static/nvidia-device-plugin.yml sets no user; it drops ALL capabilities and forbids privilege escalation, so no other rule is lifted",
  },
  {
    rule: "no-host-path",
    repository: "nvcr.io/nvidia/k8s-device-plugin",
    hostPaths: ["/var/lib/kubelet/device-plugins"],
    reason: "a device plugin registers with the kubelet through a socket in this folder",
    source:
      "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/static/nvidia-device-plugin.yml and https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
  },
];

/** The exemption from `rule` that this container has, if any. Throws where the image is not known during a preview. */
export function exemptionOf(
  rule: Exemption["rule"],
  object: KubernetesObject,
  container: Container,
): Exemption | undefined {
  if (!isKind(object, "apps", "DaemonSet")) return undefined;
  const repository = parseImage(container.image ?? "")?.repository;
  return exemptions.find((exemption) => exemption.rule === rule && exemption.repository === repository);
}
