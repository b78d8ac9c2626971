import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { devicePlugin } from "../../catalogue/controllers/device-plugin.ts";
import { labels } from "../../plan/names.ts";
import { gpuTaint } from "../gpu-node-pool/labels.ts";
import { declareNamespace } from "../namespace.ts";
import { childOf } from "../options.ts";

export interface DevicePluginArgs {
  /** Namespace that is made for it; it alone enforces no `restricted` Pod Security, since the plugin mounts a host folder. */
  readonly namespace: string;
  readonly environment: string;
}

/**
 * NVIDIA's device plugin as one DaemonSet: it makes the GPUs of labelled nodes allocatable. Bottlerocket and EKS Auto Mode bring
 * their own; never run two on a node.
 */
export class DevicePlugin extends pulumi.ComponentResource {
  /** Name of its DaemonSet. */
  readonly daemonSet: string;

  constructor(name: string, { namespace, environment }: DevicePluginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:DevicePlugin", name, {}, opts);
    const own = { [labels.environment]: environment, [labels.component]: "device-plugin" };
    const { home } = declareNamespace(name, { namespace, labels: own, enforce: "privileged" }, this);
    const inHome = childOf(this, { dependsOn: [home] });
    const metadata = { name: "device-plugin", namespace };
    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      inHome,
    );
    const selector = { [labels.component]: "device-plugin" };
    this.daemonSet = metadata.name;
    // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
    new kubernetes.apps.v1.DaemonSet(
      `${name}-daemon-set`,
      {
        metadata: { ...metadata, labels: selector },
        spec: {
          selector: { matchLabels: selector },
          updateStrategy: { type: "RollingUpdate" },
          template: {
            metadata: { labels: selector },
            spec: {
              serviceAccountName: metadata.name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              priorityClassName: "system-node-critical",
              nodeSelector: { "nvidia.com/gpu.present": "true", [labels.environment]: environment },
              tolerations: [{ key: gpuTaint.key, operator: "Exists", effect: gpuTaint.effect }],
              securityContext: { seccompProfile: { type: "RuntimeDefault" } },
              containers: [
                {
                  name: "device-plugin",
                  image: `${devicePlugin.image.repository}:${devicePlugin.image.tag}`,
                  // A driver that does not start must be seen, not hidden behind a plugin that offers no GPU.
                  env: [{ name: "FAIL_ON_INIT_ERROR", value: "true" }],
                  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                  },
                  volumeMounts: [{ name: "device-plugins", mountPath: devicePlugin.hostPath }],
                },
              ],
              volumes: [{ name: "device-plugins", hostPath: { path: devicePlugin.hostPath, type: "Directory" } }],
            },
          },
        },
      },
      childOf(this, { dependsOn: [home, account] }),
    );
    this.registerOutputs({ daemonSet: this.daemonSet });
  }
}
