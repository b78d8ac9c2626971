import { z } from "zod";
import { readShape, unlessUnknown, valueAt } from "./known.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { Verdict } from "./verdict.ts";

/** Where the objects of each kind hold pod templates: `<group>/<Kind>` → paths to an object with a `spec` of a pod. */
const templatePaths: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "core/Pod": [[]],
  "core/PodTemplate": [["template"]],
  "core/ReplicationController": [["spec", "template"]],
  "apps/Deployment": [["spec", "template"]],
  "apps/DaemonSet": [["spec", "template"]],
  "apps/StatefulSet": [["spec", "template"]],
  "apps/ReplicaSet": [["spec", "template"]],
  "batch/Job": [["spec", "template"]],
  "batch/CronJob": [["spec", "jobTemplate", "spec", "template"]],
  "leaderworkerset.x-k8s.io/LeaderWorkerSet": [
    ["spec", "leaderWorkerTemplate", "leaderTemplate"],
    ["spec", "leaderWorkerTemplate", "workerTemplate"],
  ],
};

const seccompProfile = z.object({ type: z.string().nullish() }).nullish();
const quantities = z.record(z.string(), z.union([z.string(), z.number()])).nullish();
const texts = z.array(z.string()).nullish();

const containerSchema = z.object({
  name: z.string().nullish(),
  image: z.string().nullish(),
  command: texts,
  args: texts,
  env: z.array(z.object({ name: z.string().nullish(), value: z.string().nullish() })).nullish(),
  resources: z.object({ limits: quantities, requests: quantities }).nullish(),
  volumeMounts: z.array(z.object({ name: z.string().nullish() })).nullish(),
  securityContext: z
    .object({
      privileged: z.boolean().nullish(),
      allowPrivilegeEscalation: z.boolean().nullish(),
      runAsNonRoot: z.boolean().nullish(),
      runAsUser: z.number().nullish(),
      capabilities: z.object({ add: texts, drop: texts }).nullish(),
      seccompProfile,
    })
    .nullish(),
});

const podSpecSchema = z.object({
  hostNetwork: z.boolean().nullish(),
  hostPID: z.boolean().nullish(),
  hostIPC: z.boolean().nullish(),
  securityContext: z
    .object({ runAsNonRoot: z.boolean().nullish(), runAsUser: z.number().nullish(), seccompProfile })
    .nullish(),
  nodeSelector: z.record(z.string(), z.string()).nullish(),
  tolerations: z
    .array(
      z.object({
        key: z.string().nullish(),
        operator: z.string().nullish(),
        value: z.string().nullish(),
        effect: z.string().nullish(),
      }),
    )
    .nullish(),
  volumes: z
    .array(
      z.object({
        name: z.string().nullish(),
        hostPath: z.object({ path: z.string().nullish() }).nullish(),
        image: z.object({ reference: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
  containers: z.array(containerSchema).nullish(),
  initContainers: z.array(containerSchema).nullish(),
  ephemeralContainers: z.array(containerSchema).nullish(),
});

type PodSpec = z.infer<typeof podSpecSchema>;

/** The part of a container that the rules read. */
export type Container = z.infer<typeof containerSchema>;

/** A container of a pod, of any of the three lists. */
export interface PodContainer {
  /** For messages, such as `init container "fetch" (spec.initContainers[0])`. */
  readonly at: string;
  readonly container: Container;
}

/** A pod, or the template of pods, in an object. Reading a value that is not known during a preview throws: see {@link Verdict.attempt}. */
export interface PodTemplate {
  readonly object: KubernetesObject;
  /** The path of the pod's spec in the object, such as `spec.template.spec`. */
  readonly at: string;
  readonly spec: PodSpec;
  /** Containers, init containers and ephemeral containers, as far as they are known. */
  readonly containers: readonly PodContainer[];
}

const containerLists = [
  { field: "containers", noun: "container" },
  { field: "initContainers", noun: "init container" },
  { field: "ephemeralContainers", noun: "ephemeral container" },
] as const;

/** True for a kind of object that makes pods. */
export function isWorkload(object: KubernetesObject): boolean {
  return Object.hasOwn(templatePaths, `${object.group}/${object.kind}`);
}

/**
 * Every pod template in an object: none where its kind makes no pods. A template that is not of the shape Kubernetes knows is refused
 * and left out, so that a rule never passes what it could not read.
 */
export function podTemplates(object: KubernetesObject, verdict: Verdict): readonly PodTemplate[] {
  if (!isWorkload(object)) return [];
  return (templatePaths[`${object.group}/${object.kind}`] ?? []).flatMap((path) => {
    const specPath = [...path, "spec"];
    const raw = verdict.attempt(() => valueAt(object.body, specPath));
    if (raw === undefined || raw === null) return [];
    const at = specPath.join(".");
    const shape = readShape(podSpecSchema, raw);
    if ("value" in shape) {
      return [{ object, at, spec: shape.value, containers: containersOf(shape.value, at, verdict) }];
    }
    verdict.refuse(object, {
      at,
      found: shape.problems.join("; "),
      allowed: "a pod spec as the Kubernetes API defines it",
      fix: "correct these fields, since no rule can read them as they are",
    });
    return [];
  });
}

function containersOf(spec: PodSpec, at: string, verdict: Verdict): readonly PodContainer[] {
  const found: PodContainer[] = [];
  for (const { field, noun } of containerLists) {
    verdict.each(
      () => spec[field],
      (container, index) => {
        const name = unlessUnknown(() => container.name) ?? "";
        found.push({ container, at: `${noun} "${name}" (${at}.${field}[${index}])` });
      },
    );
  }
  return found;
}
