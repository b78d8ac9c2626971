import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "./kube/client.ts";
import { field, textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";

/** The volume that a claim is given: its size, modes and class, bound to it alone. */
export function volumeFor(claim: KubeObject): KubeObject {
  const storageClassName = textField(claim, "spec", "storageClassName");
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `rehearsal-${claim.metadata.uid}` },
    spec: {
      capacity: { storage: textField(claim, "spec", "resources", "requests", "storage") ?? "1Gi" },
      accessModes: field(z.array(z.string()), claim, "spec", "accessModes") ?? ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      ...(storageClassName !== undefined && { storageClassName }),
      // Nothing is ever mounted: no kubelet runs here.
      hostPath: { path: `/rehearsal/${claim.metadata.uid}` },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: claim.metadata.namespace,
        name: claim.metadata.name,
        uid: claim.metadata.uid,
      },
    },
  };
}

const retryMs = 500;

/** Gives each claim a volume, and takes it away with the claim, until the signal aborts. */
export async function playVolumes(client: KubeClient, signal: AbortSignal): Promise<void> {
  const made = new Set<string>();
  const path = "/api/v1/persistentvolumes";
  const make = async (claim: KubeObject): Promise<void> => {
    try {
      await client.request("POST", path, { body: volumeFor(claim) });
    } catch (error) {
      if (error instanceof KubeError && error.status === 409) return;
      // Nothing else may come for this claim, so it is tried again by itself.
      setTimeout(() => signal.aborted || void make(claim), retryMs).unref();
    }
  };
  await follow(
    client,
    "/api/v1/persistentvolumeclaims",
    {
      onChange: (claim) => {
        const uid = claim.metadata.uid ?? "";
        if (made.has(uid) || claim.metadata.deletionTimestamp !== undefined) return;
        made.add(uid);
        void make(claim);
      },
      onGone: (claim) => {
        client.request("DELETE", `${path}/rehearsal-${claim.metadata.uid}`).catch(() => undefined);
      },
    },
    signal,
  );
}
