import type { Settings } from "./config.ts";
import { type Path, parsePath, type Properties } from "../kube/paths.ts";

const parse = (...fields: string[]): readonly Path[] => fields.map(parsePath);
const inContainers = (...fields: string[]): string[] =>
  ["containers", "initContainers"].flatMap((list) => fields.map((field) => `spec.${list}[*].${field}`));

const selector = parse("spec.selector");
const roleRef = parse("roleRef");

/**
 * Fields whose change replaces an object whatever the API server would allow, as the official plugin has it. What the API
 * server itself refuses to change is not all here: it is asked.
 */
const replacing: Readonly<Record<string, readonly Path[]>> = {
  "apps/v1 DaemonSet": selector,
  "apps/v1 Deployment": selector,
  "apps/v1 StatefulSet": parse(
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ),
  "batch/v1 Job": parse("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": roleRef,
  "rbac.authorization.k8s.io/v1 RoleBinding": roleRef,
  "storage.k8s.io/v1 StorageClass": parse("parameters", "provisioner"),
  "v1 PersistentVolumeClaim": parse("spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"),
  "v1 Pod": parse(
    ...inContainers("args", "command", "env", "image", "ports", "resources", "volumeMounts"),
    "spec.nodeSelector",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.volumes",
  ),
  "v1 ResourceQuota": parse("spec.scopes"),
  "v1 Secret": parse("type"),
  "v1 Service": parse("spec.clusterIP"),
};

const configMapData = parse("binaryData", "data");
const secretData = parse("data", "stringData");

/**
 * Fields whose change replaces the object, in groups: the program may change one field of a group where the object shows another.
 * The data of ConfigMaps and Secrets is among them, so that pods take the new content.
 */
export function replacingFields(news: Properties, settings: Settings): readonly (readonly Path[])[] {
  const kind = `${String(news["apiVersion"])} ${String(news["kind"])}`;
  const isImmutable = news["immutable"] === true;
  const groups = (replacing[kind] ?? []).map((path) => [path]);
  if (kind === "v1 ConfigMap" && (isImmutable || !settings.mutableConfigMaps)) return [...groups, configMapData];
  if (kind === "v1 Secret" && (isImmutable || !settings.mutableSecrets)) return [...groups, secretData];
  return groups;
}
