import { z } from "zod";
import type { KubeObject } from "../../kube/client.ts";
import { field } from "../../kube/fields.ts";
import { warningEvents } from "./pods.ts";
import { type Awaiter, ready, waiting } from "./verdict.ts";

const rulesSchema = z.array(
  z.object({
    http: z
      .object({
        paths: z.array(z.object({ backend: z.object({ service: z.object({ name: z.string() }).optional() }) })),
      })
      .optional(),
  }),
);

/** The Services that an Ingress leads to. */
const servicesOf = (object: KubeObject): readonly string[] => {
  const rules = field(rulesSchema, object, "spec", "rules") ?? [];
  const names = rules.flatMap(({ http }) => http?.paths.flatMap(({ backend }) => backend.service?.name ?? []) ?? []);
  return [...new Set(names)];
};

/** Ready when a controller has given it an address. */
export const ingress: Awaiter = {
  judge: (object) => {
    const addresses = field(z.array(z.unknown()), object, "status", "loadBalancer", "ingress") ?? [];
    return addresses.length > 0 ? ready : waiting("no controller has given it an address yet");
  },
  reasons: async (object, client) => {
    const { namespace } = object.metadata;
    const missing: string[] = [];
    for (const name of servicesOf(object)) {
      if ((await client.find(await client.pathOf("v1", "Service", namespace, name))) === undefined)
        missing.push(`there is no Service ${name}, to which it leads`);
    }
    return [...missing, ...(await warningEvents(object, client))];
  },
};
