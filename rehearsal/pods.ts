import { Addresses } from "./addresses.ts";
import { Attachments } from "./attachments.ts";
import type { KubeClient } from "./kube/client.ts";
import { textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";
import { PodLife, type Household } from "./pod-life.ts";
import { PodNeeds } from "./pod-needs.ts";

export type PodsOptions = Pick<Household, "roles" | "power" | "timeScale" | "slowStarts">;

/**
 * Plays the kubelets of all nodes: each pod that is bound to one gets its volumes, an address and programs in the place of its
 * containers, is probed, restarted and reported on. What it plays comes from the API server alone. Runs until the signal aborts.
 * @throws what is no failure of the API server or of a role.
 */
export async function playPods(client: KubeClient, options: PodsOptions, signal: AbortSignal): Promise<void> {
  const lives = new Map<string, PodLife>();
  const { promise: broken, reject: breakOff } = Promise.withResolvers<never>();
  const house: Household = {
    ...options,
    client,
    needs: new PodNeeds(client),
    attachments: new Attachments(client),
    addresses: new Addresses(),
    pulled: new Set(),
    signal,
  };
  const forget = options.power.onChange((node) => {
    for (const life of lives.values()) life.switched(node).catch(breakOff);
  });
  const following = follow(
    client,
    "/api/v1/pods",
    {
      onChange: (pod) => {
        const uid = pod.metadata.uid ?? "";
        const known = lives.get(uid);
        known?.update(pod);
        if (known || textField(pod, "spec", "nodeName") === undefined) return;
        const life = new PodLife(pod, house);
        lives.set(uid, life);
        // Others may have what it held when nothing of it runs any more, and nothing is being prepared for it.
        const release = () => {
          house.addresses.release(uid);
          house.attachments.release(uid);
        };
        life.live().then(release).catch(breakOff);
      },
      onGone: ({ metadata }) => {
        const uid = metadata.uid ?? "";
        lives.get(uid)?.end();
        lives.delete(uid);
      },
    },
    signal,
  );
  await Promise.race([following, broken]).finally(forget);
}
