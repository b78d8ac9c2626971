import type { ContainerLife } from "./container-life.ts";
import type { ContainerStatus } from "./container-status.ts";
import type { KubeObject } from "./kube/client.ts";
import { textField } from "./kube/fields.ts";
import { timestamp, transitionTime } from "./kube/timestamp.ts";
import { containersOf } from "./kube/views.ts";

interface PodCondition {
  readonly type: "PodReadyToStartContainers" | "Initialized" | "ContainersReady" | "Ready";
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

/** What a kubelet says about a pod, without times of its own. */
export interface PodStatus {
  readonly phase: "Pending" | "Running";
  readonly conditions: readonly PodCondition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
}

/** Containers of a pod that has no volumes or address yet. */
const waitingFor = (pod: KubeObject, obstacle: string | undefined): readonly ContainerStatus[] =>
  containersOf(pod).map(({ name, image }) => ({
    name,
    image,
    imageID: "",
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: "ContainerCreating", ...(obstacle !== undefined && { message: obstacle }) } },
    lastState: {},
  }));

/**
 * The status of a pod.
 * @param containers none while the pod is prepared.
 * @param obstacle what keeps it from being prepared.
 */
export function podStatus(
  pod: KubeObject,
  containers: readonly Pick<ContainerLife, "why" | "isReady" | "hasRun" | "status">[],
  address: string | undefined,
  obstacle: string | undefined,
): PodStatus {
  const hasSandbox = address !== undefined;
  const ready = hasSandbox && containers.every(({ isReady }) => isReady);
  const why = obstacle ?? containers.map((one) => one.why).find((one) => one !== undefined) ?? "it is being prepared";
  const readiness = ready
    ? ({ status: "True" } as const)
    : ({ status: "False", reason: "ContainersNotReady", message: why } as const);
  return {
    phase: containers.some(({ hasRun }) => hasRun) ? "Running" : "Pending",
    conditions: [
      { type: "PodReadyToStartContainers", status: hasSandbox ? "True" : "False" },
      { type: "Initialized", status: "True" },
      { type: "ContainersReady", ...readiness },
      { type: "Ready", ...readiness },
    ],
    containerStatuses: hasSandbox ? containers.map((one) => one.status()) : waitingFor(pod, obstacle),
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
  };
}

/** What of a status is news at once; a message that only moves on can wait. */
export const shapeOf = ({ conditions, ...rest }: PodStatus): string =>
  JSON.stringify([conditions.map(({ type, status }) => [type, status]), rest]);

/**
 * A status as the API server takes it. A condition that is met leaves no reason behind.
 * @param pod as the API server has it: what has not changed keeps its time.
 */
export function dated({ conditions, ...rest }: PodStatus, pod: KubeObject): Record<string, unknown> {
  return {
    ...rest,
    startTime: textField(pod, "status", "startTime") ?? timestamp(),
    conditions: conditions.map((condition) => ({
      reason: null,
      message: null,
      ...condition,
      lastTransitionTime: transitionTime(pod, condition),
    })),
  };
}
