import { zoneLabel } from "../plan/names.ts";
import { KubeError, type KubeClient, type KubeObject } from "./kube/client.ts";
import { follow } from "./kube/follow.ts";
import { recordWarning } from "./kube/record-event.ts";
import { provision, volumeName } from "./storage.ts";

const retryMs = 500;

/** Gives each claim its volume, or says why it has none, and takes volumes away with their claims, until the signal aborts. */
export async function playVolumes(client: KubeClient, signal: AbortSignal): Promise<void> {
  const zones = new Map<string, string>();
  /** Claims that have neither a volume nor a refusal yet, as they were last seen, by uid. */
  const open = new Map<string, KubeObject>();
  const settled = new Set<string>();
  const path = "/api/v1/persistentvolumes";
  const make = async (uid: string): Promise<void> => {
    const claim = open.get(uid);
    const provided = claim === undefined ? "wait" : provision(claim, (node) => zones.get(node));
    if (claim === undefined || provided === "wait") return;
    open.delete(uid);
    settled.add(uid);
    if ("refusal" in provided) {
      const message = provided.refusal;
      const component = "volume-provisioner";
      return recordWarning(client, {
        kind: "PersistentVolumeClaim",
        object: claim,
        component,
        reason: "ProvisioningFailed",
        message,
      });
    }
    try {
      await client.request("POST", path, { body: provided.volume });
    } catch (error) {
      if (error instanceof KubeError && error.status === 409) return;
      // Nothing else may come for this claim, so it is tried again by itself, unless it is gone.
      if (!settled.delete(uid)) return;
      open.set(uid, claim);
      setTimeout(() => signal.aborted || void make(uid), retryMs).unref();
    }
  };
  const nodes = follow(
    client,
    "/api/v1/nodes",
    {
      onChange: ({ metadata }) => {
        const zone = metadata.labels?.[zoneLabel];
        if (zone === undefined || zones.get(metadata.name ?? "") === zone) return;
        zones.set(metadata.name ?? "", zone);
        // A claim may have come before the node that was selected for it.
        for (const uid of open.keys()) void make(uid);
      },
      onGone: ({ metadata }) => void zones.delete(metadata.name ?? ""),
    },
    signal,
  );
  const claims = follow(
    client,
    "/api/v1/persistentvolumeclaims",
    {
      onChange: (claim) => {
        const uid = claim.metadata.uid ?? "";
        if (claim.metadata.deletionTimestamp !== undefined || settled.has(uid)) return;
        open.set(uid, claim);
        void make(uid);
      },
      onGone: ({ metadata }) => {
        open.delete(metadata.uid ?? "");
        settled.delete(metadata.uid ?? "");
        client.request("DELETE", `${path}/${volumeName(metadata.uid)}`).catch(() => undefined);
      },
    },
    signal,
  );
  await Promise.all([nodes, claims]);
}
