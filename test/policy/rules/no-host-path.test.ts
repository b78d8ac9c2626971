import { expect, test } from "vitest";
import { noHostPath } from "../../../policy/rules/no-host-path.ts";
import { check, container, daemonSetType, deployment, deploymentType, podSpec, unknown } from "../support.ts";

const rule = noHostPath();
const pluginImage = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0";
const socketFolder = "/var/lib/kubelet/device-plugins";
const mounting = (image: string) => container({ image, volumeMounts: [{ name: "host", mountPath: "/host" }] });
const pod = (path: string, containers: readonly unknown[]) =>
  deployment(
    podSpec({
      volumes: [
        { name: "data", emptyDir: {} },
        { name: "host", hostPath: { path } },
      ],
      containers,
    }),
  );
const refused = (kind: string, path: string, allowed: string) =>
  `${kind} "finance/fin-r1", volume "host" (spec.template.spec.volumes[1]): found hostPath "${path}". Allowed: ${allowed}. To do: use a PersistentVolumeClaim, an emptyDir or a ConfigMap instead.`;

test("accepts volumes that are no folder of the node", async () => {
  const volumes = [
    { name: "a", emptyDir: {} },
    { name: "b", persistentVolumeClaim: { claimName: "weights" } },
  ];
  expect(await check(rule, deploymentType, deployment(podSpec({ volumes })))).toEqual({ violations: [] });
});

test("refuses a hostPath, mounted or not", async () => {
  const violations = [refused("Deployment", "/var/lib/models", "no hostPath")];
  expect(await check(rule, deploymentType, pod("/var/lib/models", [mounting("vllm/vllm-openai:v0.22.0")]))).toEqual({
    violations,
  });
  expect(await check(rule, deploymentType, pod("/var/lib/models", [container()]))).toEqual({ violations });
});

test("lets the device plugin mount exactly its socket folder, in a DaemonSet", async () => {
  expect(await check(rule, daemonSetType, pod(socketFolder, [mounting(pluginImage)]))).toEqual({ violations: [] });
  expect(await check(rule, deploymentType, pod(socketFolder, [mounting(pluginImage)]))).toEqual({
    violations: [refused("Deployment", socketFolder, "no hostPath")],
  });
});

test.each(["/var/lib/kubelet", "/var/lib/kubelet/device-plugins/", "/var/lib/kubelet/device-plugins/../pods", "/"])(
  "does not let the device plugin mount %s",
  async (path) => {
    expect(await check(rule, daemonSetType, pod(path, [mounting(pluginImage)]))).toEqual({
      violations: [refused("DaemonSet", path, `hostPath "${socketFolder}"`)],
    });
  },
);

test("does not let another container of the device plugin's pod mount the folder", async () => {
  const containers = [mounting(pluginImage), mounting("vllm/vllm-openai:v0.22.0")];
  expect(await check(rule, daemonSetType, pod(socketFolder, containers))).toEqual({
    violations: [refused("DaemonSet", socketFolder, "no hostPath")],
  });
});

test("does not exempt a volume of the device plugin's pod that nothing mounts", async () => {
  expect(await check(rule, daemonSetType, pod(socketFolder, [container({ image: pluginImage })]))).toEqual({
    violations: [refused("DaemonSet", socketFolder, "no hostPath")],
  });
});

test.each(["hostPath", "local"])("refuses a PersistentVolume with %s", async (source) => {
  const type = "kubernetes:core/v1:PersistentVolume";
  expect(await check(rule, type, { metadata: { name: "weights" }, spec: { [source]: { path: "/data" } } })).toEqual({
    violations: [
      `PersistentVolume "weights", spec.${source}: found a PersistentVolume that is a folder or disk of the node. Allowed: volumes of a CSI driver. To do: claim the volume from a storage class instead.`,
    ],
  });
});

test("accepts a PersistentVolume of a CSI driver", async () => {
  const type = "kubernetes:core/v1:PersistentVolume";
  expect(await check(rule, type, { metadata: { name: "weights" }, spec: { csi: { driver: "efs" } } })).toEqual({
    violations: [],
  });
});

test("decides nothing about a volume that is not known yet, and still refuses the others", async () => {
  const volumes = [unknown, { name: "host", hostPath: { path: "/data" } }];
  expect(await check(rule, deploymentType, deployment(podSpec({ volumes })))).toEqual({
    violations: [refused("Deployment", "/data", "no hostPath")],
    undecided: "string value at .spec.template.spec.volumes.0 can't be known during preview",
  });
});
