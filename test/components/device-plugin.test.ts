import { expect, test } from "vitest";
import { childrenOf, named, podSpecOf, record } from "./support.ts";

const declare = () =>
  record(async () => {
    const { DevicePlugin } = await import("../../components/device-plugin/index.ts");
    return new DevicePlugin("plugin", { namespace: "lab-gpu", environment: "lab" });
  });

test("declares exactly these children", async () => {
  expect(childrenOf(await declare(), "plugin")).toEqual([
    "kubernetes:core/v1:ServiceAccount plugin-account",
    "kubernetes:apps/v1:DaemonSet plugin-daemon-set",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy plugin-default-deny",
    "kubernetes:core/v1:Namespace plugin-namespace",
  ]);
});

test("its namespace allows what the plugin needs, and no traffic", async () => {
  const registrations = await declare();
  expect(named(registrations, "plugin-namespace").inputs["metadata"]).toEqual({
    name: "lab-gpu",
    labels: {
      "pod-security.kubernetes.io/enforce": "privileged",
      "polymath.dev/component": "device-plugin",
      "polymath.dev/environment": "lab",
    },
  });
  const { inputs, dependsOn } = named(registrations, "plugin-default-deny");
  expect({ metadata: inputs["metadata"], spec: inputs["spec"], dependsOn }).toEqual({
    metadata: { name: "default-deny", namespace: "lab-gpu" },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    dependsOn: ["plugin-namespace"],
  });
});

test("lands on the environment's GPU nodes only, and holds nothing but the kubelet's plugin folder", async () => {
  const daemonSet = named(await declare(), "plugin-daemon-set");
  expect(podSpecOf(daemonSet)).toEqual({
    serviceAccountName: "device-plugin",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: "system-node-critical",
    nodeSelector: { "nvidia.com/gpu.present": "true", "polymath.dev/environment": "lab" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "device-plugin",
        image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0",
        env: [{ name: "FAIL_ON_INIT_ERROR", value: "true" }],
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "device-plugins", mountPath: "/var/lib/kubelet/device-plugins" }],
      },
    ],
    volumes: [{ name: "device-plugins", hostPath: { path: "/var/lib/kubelet/device-plugins", type: "Directory" } }],
  });
  expect(daemonSet.dependsOn).toEqual(["plugin-account", "plugin-namespace"]);
});
