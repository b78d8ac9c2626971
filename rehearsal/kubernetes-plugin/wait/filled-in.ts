import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../kube/paths.ts";
import { warningEvents } from "./pods.ts";
import { type Awaiter, ready, waiting } from "./verdict.ts";

/** Ready once its controller enforces the limits that it asks for. */
export const resourceQuota: Awaiter = {
  judge: (object) =>
    isDeepStrictEqual(object.spec?.["hard"] ?? {}, object.status?.["hard"] ?? {})
      ? ready
      : waiting("the quota is not enforced yet"),
  reasons: warningEvents,
};

/** A Secret for a service account's token is ready once the token is in it; every other Secret is ready as it is. */
export const tokenSecret: Awaiter = {
  judge: (object) => {
    if (object["type"] !== "kubernetes.io/service-account-token") return ready;
    const { data } = object;
    return isMap(data) && Object.keys(data).length > 0 ? ready : waiting("no token has been put into it yet");
  },
  reasons: warningEvents,
};
