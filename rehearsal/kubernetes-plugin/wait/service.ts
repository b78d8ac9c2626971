import { z } from "zod";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { field } from "../../kube/fields.ts";
import { warningEvents } from "./pods.ts";
import { type Awaiter, ready, waiting } from "./verdict.ts";

const endpointsSchema = z.array(z.object({ conditions: z.object({ ready: z.boolean().optional() }).optional() }));

async function hasReadyEndpoint(object: KubeObject, client: KubeClient): Promise<boolean> {
  const path = await client.pathOf("discovery.k8s.io/v1", "EndpointSlice", object.metadata.namespace);
  const { items } = await client.list(path, {
    labelSelector: `kubernetes.io/service-name=${object.metadata.name ?? ""}`,
  });
  // The API says: a missing "ready" counts as ready.
  return items.some((slice) =>
    field(endpointsSchema, slice, "endpoints")?.some(({ conditions }) => conditions?.ready !== false),
  );
}

/**
 * Ready when it leads to at least one ready pod, and a load balancer has an address. A Service without selector, or of type
 * ExternalName, leads where no controller follows, so only its address is waited for.
 */
export const service: Awaiter = {
  judge: async (object, client) => {
    const spec = object.spec ?? {};
    if (spec["type"] === "ExternalName") return ready;
    const ingress = field(z.array(z.unknown()), object, "status", "loadBalancer", "ingress") ?? [];
    if (spec["type"] === "LoadBalancer" && ingress.length === 0) return waiting("the load balancer has no address yet");
    const selector = field(z.record(z.string(), z.string()), object, "spec", "selector") ?? {};
    if (Object.keys(selector).length === 0 || (await hasReadyEndpoint(object, client))) return ready;
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    return waiting(`no ready pod has the labels ${labels.join(", ")}`);
  },
  reasons: warningEvents,
};
