import type { KubeClient, KubeObject } from "./client.ts";
import { timestamp } from "./timestamp.ts";

export interface Occurrence {
  /** Kind of the object; lists and watches do not always say. */
  readonly kind: "Pod" | "PersistentVolumeClaim";
  readonly object: KubeObject;
  /** Who says it, for instance kubelet. */
  readonly component: string;
  /** One word in camel case. */
  readonly reason: string;
  readonly message: string;
}

/** Records a warning that `kubectl describe` shows. An event that cannot be written is lost, as everywhere in Kubernetes. */
export async function recordWarning(client: KubeClient, occurrence: Occurrence): Promise<void> {
  const { kind, object, component, reason, message } = occurrence;
  const { namespace, name, uid } = object.metadata;
  const now = timestamp();
  const body = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: "v1", kind, namespace, name, uid },
    type: "Warning",
    reason,
    message,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  await client.request("POST", `/api/v1/namespaces/${namespace}/events`, { body }).catch(() => undefined);
}
