import type { KubeClient, KubeObject } from "./kube/client.ts";
import { nameOf } from "./kube/views.ts";
import { textField } from "./kube/fields.ts";
import { claimsOf } from "./pod-needs.ts";
import { isAttachedOnce } from "./storage.ts";

/** What keeps a pod from its containers: the reason of its event, and the words. */
export interface Obstacle {
  readonly reason: "FailedAttachVolume" | "FailedMount" | "FailedCreatePodSandBox";
  readonly message: string;
}

interface Attachment {
  readonly node: string;
  /** Pods that use it there, by uid. */
  readonly pods: Map<string, string>;
}

/**
 * Which node holds which volume of the kind that one node at a time can have. A volume is let go of when the last pod that uses it is
 * gone from the API server; so a dead node keeps its volumes for as long as its pods are not known to have ended.
 */
export class Attachments {
  readonly #client: Pick<KubeClient, "find">;
  readonly #held = new Map<string, Attachment>();

  constructor(client: Pick<KubeClient, "find">) {
    this.#client = client;
  }

  /** Attaches a pod's volumes to its node. Gives what stands in the way, in the words of the attach controller or the kubelet. */
  async attach(pod: KubeObject): Promise<Obstacle | undefined> {
    const unmounted = (message: string): Obstacle => ({ reason: "FailedMount", message });
    const node = textField(pod, "spec", "nodeName") ?? "";
    for (const claimName of claimsOf(pod)) {
      const claim = await this.#client.find(
        `/api/v1/namespaces/${pod.metadata.namespace}/persistentvolumeclaims/${claimName}`,
      );
      if (!claim) return unmounted(`persistentvolumeclaim "${claimName}" not found`);
      const name = textField(claim, "spec", "volumeName");
      const volume = name === undefined ? undefined : await this.#client.find(`/api/v1/persistentvolumes/${name}`);
      if (name === undefined || !volume) return unmounted(`persistentvolumeclaim "${claimName}" has no volume yet`);
      if (!isAttachedOnce(volume)) continue;
      const held = this.#held.get(name);
      if (held && held.node !== node) {
        const users = [...held.pods.values()].toSorted().join(", ");
        const message = `Multi-Attach error for volume "${name}" Volume is already used by pod(s) ${users}`;
        return { reason: "FailedAttachVolume", message };
      }
      const attachment = held ?? { node, pods: new Map<string, string>() };
      attachment.pods.set(pod.metadata.uid ?? "", nameOf(pod));
      this.#held.set(name, attachment);
    }
    return undefined;
  }

  /** Lets go of what a pod that has ended held. */
  release(uid: string): void {
    for (const [name, { pods }] of this.#held) if (pods.delete(uid) && pods.size === 0) this.#held.delete(name);
  }
}
