import { annotations, labels } from "../plan/names.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import type { Container } from "./kube/views.ts";
import { startupDeadline } from "./probes.ts";

/** What is expected of a pod's start, in seconds of a real cluster; 0 where nobody says. */
export interface StartEstimate {
  readonly imagePullSeconds: number;
  /** From the start of a container until it serves. */
  readonly startupSeconds: number;
}

/** How many times its deadline a slow start takes. */
const slowFactor = 3;

function secondsOf(object: KubeObject | undefined, annotation: string): number {
  const seconds = Number(object?.metadata.annotations?.[annotation] ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/**
 * The estimate in the annotations of a pod's controller (a ReplicaSet has those of its Deployment), or in its own where nothing controls
 * it. A template does not hold them: an estimate that changes would restart every replica.
 */
export async function estimateOf(pod: KubeObject, client: Pick<KubeClient, "find" | "pathOf">): Promise<StartEstimate> {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const holder =
    owner === undefined
      ? pod
      : await client.find(await client.pathOf(owner.apiVersion, owner.kind, pod.metadata.namespace, owner.name));
  return {
    imagePullSeconds: secondsOf(holder, annotations.imagePullSeconds),
    startupSeconds: secondsOf(holder, annotations.startupSeconds),
  };
}

/** Simulated seconds that a container of a pod takes from its start until it serves. */
export function startupSecondsOf(
  pod: KubeObject,
  container: Container,
  { startupSeconds }: StartEstimate,
  slowStarts: ReadonlySet<string>,
): number {
  const isSlow = slowStarts.has(pod.metadata.labels?.[labels.specialist] ?? "");
  const deadline = startupDeadline(container);
  return isSlow && Number.isFinite(deadline) ? slowFactor * deadline : startupSeconds;
}
