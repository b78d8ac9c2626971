import type { ResourceValidationPolicy } from "@pulumi/policy";
import { exemptionOf } from "../exemptions.ts";
import { isKind } from "../kubernetes-object.ts";
import { valueAt } from "../known.ts";
import { type PodTemplate, podTemplates } from "../pod-spec.ts";
import { objectRule } from "../rule.ts";
import type { Verdict } from "../verdict.ts";

/** The sources of a PersistentVolume that give a pod any path of its node. */
const nodeSources = ["hostPath", "local"] as const;

/** Refuses volumes that are a folder of the node, in pods and as PersistentVolumes; the device plugin's socket folder is exempt. */
export function noHostPath(): ResourceValidationPolicy {
  return objectRule(
    {
      name: "no-host-path",
      description:
        "A pod sees no folder of its node: such a folder is a way out of the pod, and its content differs by node.",
    },
    (object, verdict) => {
      for (const template of podTemplates(object, verdict)) checkVolumes(template, verdict);
      if (!isKind(object, "core", "PersistentVolume")) return;
      for (const source of nodeSources) {
        verdict.attempt(() => {
          if (valueAt(object.body, ["spec", source]) == null) return;
          verdict.refuse(object, {
            at: `spec.${source}`,
            found: "a PersistentVolume that is a folder or disk of the node",
            allowed: "volumes of a CSI driver",
            fix: "claim the volume from a storage class instead",
          });
        });
      }
    },
  );
}

function checkVolumes(template: PodTemplate, verdict: Verdict): void {
  verdict.each(
    () => template.spec.volumes,
    (volume, index) => {
      if (volume.hostPath == null) return;
      const path = volume.hostPath.path ?? "";
      const allowed = exemptHostPaths(template, volume.name ?? "");
      if (allowed.includes(path)) return;
      verdict.refuse(template.object, {
        at: `volume "${volume.name ?? ""}" (${template.at}.volumes[${index}])`,
        found: `hostPath "${path}"`,
        allowed: allowed.length === 0 ? "no hostPath" : `hostPath ${allowed.map((one) => `"${one}"`).join(", ")}`,
        fix: "use a PersistentVolumeClaim, an emptyDir or a ConfigMap instead",
      });
    },
  );
}

/** The folders that every container which mounts the volume is exempt for; none where nothing mounts it. */
function exemptHostPaths({ object, containers }: PodTemplate, volume: string): readonly string[] {
  const mounting = containers.filter(({ container }) => container.volumeMounts?.some((mount) => mount.name === volume));
  const paths = mounting.map(({ container }) => exemptionOf("no-host-path", object, container)?.hostPaths ?? []);
  return (paths[0] ?? []).filter((path) => paths.every((one) => one.includes(path)));
}
