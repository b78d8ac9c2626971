import { textField } from "../../kube/fields.ts";
import { warningEvents } from "./pods.ts";
import { type Awaiter, failed, ready, waiting } from "./verdict.ts";

/** Ready when bound, or when its storage class binds only once a pod uses the claim. */
export const volumeClaim: Awaiter = {
  judge: async (object, client) => {
    const phase = object.status?.["phase"];
    if (phase === "Bound") return ready;
    if (phase === "Lost") return failed("the claim has lost its volume");
    const className = object.spec?.["storageClassName"];
    if (typeof className === "string" && className !== "") {
      const storageClass = await client.find(
        await client.pathOf("storage.k8s.io/v1", "StorageClass", undefined, className),
      );
      if (storageClass === undefined) return waiting(`there is no StorageClass ${className}`);
      if (storageClass["volumeBindingMode"] === "WaitForFirstConsumer") return ready;
    }
    return waiting("the claim is not bound to a volume yet");
  },
  reasons: warningEvents,
};

/** Ready when a claim can have it, or has it. */
export const volume: Awaiter = {
  judge: (object) => {
    const phase = object.status?.["phase"];
    if (phase === "Available" || phase === "Bound") return ready;
    if (phase === "Failed") return failed(textField(object, "status", "message") ?? "the volume failed");
    return waiting("the volume is not available yet");
  },
  reasons: warningEvents,
};
