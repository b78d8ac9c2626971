/**
 * NVIDIA's Kubernetes device plugin.
 * Source: NVIDIA/k8s-device-plugin v0.20.0 (2026-08-19), deployments/static/nvidia-device-plugin.yml: one DaemonSet, drops ALL
 * capabilities, mounts the kubelet's plugin folder. Read 2026-11-23.
 */
export const devicePlugin = {
  image: { repository: "nvcr.io/nvidia/k8s-device-plugin", tag: "v0.20.0" },
  hostPath: "/var/lib/kubelet/device-plugins",
} as const;
