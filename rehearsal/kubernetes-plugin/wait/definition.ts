import { conditionsOf } from "../../kube/fields.ts";
import { type Awaiter, failed, isOld, ready, waiting } from "./verdict.ts";

/** Ready when the API server serves the new kind. Names that another definition has taken are final. */
export const customResourceDefinition: Awaiter = {
  judge: (object, _, atStart) => {
    const conditions = conditionsOf(object);
    const taken = conditions.find(({ type, status }) => type === "NamesAccepted" && status === "False");
    if (taken && !isOld(taken, atStart))
      return failed(`${taken.reason ?? "NamesNotAccepted"}: ${taken.message ?? "its names are taken"}`);
    const established = conditions.find(({ type }) => type === "Established");
    if (established?.status === "True") return ready;
    return waiting(established?.message ?? "the API server does not serve the kind yet");
  },
  reasons: async () => [],
};
