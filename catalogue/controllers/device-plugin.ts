import { defineController } from "../define.ts";

/** NVIDIA's Kubernetes device plugin: makes a node's GPUs allocatable. */
export const devicePlugin = defineController({
  id: "device-plugin",
  title: "NVIDIA device plugin for Kubernetes",
  publisher: "NVIDIA",
  version: "0.20.0",
  image: { repository: "nvcr.io/nvidia/k8s-device-plugin", tag: "v0.20.0" },
  /** Folder of the kubelet that it registers in. */
  hostPath: "/var/lib/kubelet/device-plugins",
  newer: { versions: ["0.20.1"], row: null },
  notes:
    "One DaemonSet that drops all capabilities and mounts the kubelet's plugin folder. Bottlerocket and EKS Auto Mode bring a device plugin of their own: never a second one on a node.",
  sources: [
    "https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/static/nvidia-device-plugin.yml",
    "https://github.com/bottlerocket-os/bottlerocket/issues/4309",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
