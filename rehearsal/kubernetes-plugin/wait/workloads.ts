import type { KubeObject } from "../../kube/client.ts";
import { conditionsOf, numberField, textField } from "../../kube/fields.ts";
import { podReasons, workloadReasons } from "./pods.ts";
import { type Awaiter, count, failed, isObserved, isOld, ready, waiting } from "./verdict.ts";

const wanted = (object: KubeObject): number => numberField(object, "spec", "replicas") ?? 1;
const strategyOf = (object: KubeObject) => textField(object, "spec", "updateStrategy", "type");

/** True where a Deployment, while it is paused, has nothing to roll out: it is still at its first revision. */
const isFirstRevision = (object: KubeObject) =>
  object.metadata.annotations?.["deployment.kubernetes.io/revision"] === "1";

/**
 * Ready when every replica is of the newest template and available, as `kubectl rollout status` judges it. One that is paused
 * is waited for until somebody resumes it, as with the official plugin.
 */
export const deployment: Awaiter = {
  judge: (object, _, atStart) => {
    if (!isObserved(object)) return waiting("waiting for the Deployment controller");
    const progressing = conditionsOf(object).find(({ type }) => type === "Progressing");
    if (progressing?.reason === "ProgressDeadlineExceeded" && !isOld(progressing, atStart))
      return failed(progressing.message ?? "its progress deadline has passed");
    if (object.spec?.["paused"] === true && !isFirstRevision(object)) return waiting("its roll-out is paused");
    const replicas = wanted(object);
    const updated = count(object, "updatedReplicas");
    const available = count(object, "availableReplicas");
    if (updated < replicas) return waiting(`${updated} of ${replicas} replicas updated`);
    if (count(object, "replicas") > updated)
      return waiting(`${count(object, "replicas") - updated} old replicas still there`);
    return available < updated ? waiting(`${available} of ${replicas} replicas available`) : ready;
  },
  reasons: async (object, client) => {
    const refused = conditionsOf(object).filter(({ type, status }) => type === "ReplicaFailure" && status === "True");
    return [
      ...refused.map(({ reason, message }) => `${reason ?? "ReplicaFailure"}: ${message ?? ""}`),
      ...(await podReasons(object, client)),
    ];
  },
};

/** Ready when every node that should has an available pod of the newest template. No such node at all counts as ready. */
export const daemonSet: Awaiter = {
  judge: (object) => {
    if (!isObserved(object)) return waiting("waiting for the DaemonSet controller");
    const nodes = count(object, "desiredNumberScheduled");
    const onDelete = strategyOf(object) === "OnDelete";
    const updated = onDelete ? nodes : count(object, "updatedNumberScheduled");
    if (updated < nodes) return waiting(`${updated} of ${nodes} nodes have the newest pod`);
    const available = count(object, "numberAvailable");
    return available < nodes ? waiting(`available on ${available} of ${nodes} nodes`) : ready;
  },
  reasons: workloadReasons,
};

/**
 * Ready when every replica is of the newest revision and available. Replicas that a partition keeps back are waited for, as with
 * the official plugin.
 */
export const statefulSet: Awaiter = {
  judge: (object) => {
    if (!isObserved(object)) return waiting("waiting for the StatefulSet controller");
    const replicas = wanted(object);
    const partition = numberField(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
    const toUpdate = strategyOf(object) === "OnDelete" ? 0 : replicas;
    const updated = count(object, "updatedReplicas");
    const heldBack = partition > 0 ? `; the partition keeps those below ${partition} back` : "";
    if (updated < toUpdate) return waiting(`${updated} of ${toUpdate} replicas updated${heldBack}`);
    const available = count(object, "availableReplicas");
    return available < replicas ? waiting(`${available} of ${replicas} replicas available`) : ready;
  },
  reasons: workloadReasons,
};

/** Ready when as many pods are available as it asks for. */
export const replicationController: Awaiter = {
  judge: (object) => {
    if (!isObserved(object)) return waiting("waiting for the ReplicationController controller");
    const available = count(object, "availableReplicas");
    const replicas = wanted(object);
    return available < replicas ? waiting(`${available} of ${replicas} replicas available`) : ready;
  },
  reasons: workloadReasons,
};

/** Ready when it has completed. A suspended Job is waited for until somebody resumes it, as with the official plugin. */
export const job: Awaiter = {
  judge: (object) => {
    const held = conditionsOf(object).filter(({ status }) => status === "True");
    if (held.some(({ type }) => type === "Complete")) return ready;
    const failure = held.find(({ type }) => type === "Failed");
    if (failure) return failed(`${failure.reason ?? "Failed"}: ${failure.message ?? "the Job failed"}`);
    if (object.spec?.["suspend"] === true) return waiting("it is suspended");
    const completions = numberField(object, "spec", "completions") ?? 1;
    return waiting(
      `${count(object, "succeeded")} of ${completions} completions, ${count(object, "active")} pods active`,
    );
  },
  reasons: workloadReasons,
};
