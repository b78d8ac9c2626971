import { z } from "zod";

/** Something that happens to a healthy environment, under steady traffic. */
export const drillSchema = z.discriminatedUnion("kind", [
  /** A GPU node crashes. Target: a node, or a pool, of which one node is taken. Default: the node that hurts most. */
  z.strictObject({ kind: z.literal("node"), target: z.string().min(1).optional() }),
  /** Every GPU node of a zone crashes. Default: the zone that hurts most. */
  z.strictObject({ kind: z.literal("zone"), target: z.string().min(1).optional() }),
  /** A process of the gateway is killed: Envoy, the body-based router, or the controller that configures Envoy. */
  z.strictObject({ kind: z.literal("gateway"), target: z.enum(["envoy", "router", "controller"]).default("envoy") }),
  /** The device plugin's pods are killed on every node. */
  z.strictObject({ kind: z.literal("plugin") }),
  /** The API server is killed, and is away for ten seconds. */
  z.strictObject({ kind: z.literal("api-server") }),
]);
export type Drill = z.infer<typeof drillSchema>;

export const drillUsage = "node[=NODE or POOL], zone[=ZONE], gateway[=envoy|router|controller], plugin, api-server";

/** Reads `KIND` or `KIND=TARGET`; undefined where it is no drill. */
export function parseDrill(text: string): Drill | undefined {
  const [kind, target] = text.split(/=(.*)/s, 2);
  return drillSchema.safeParse(target === undefined ? { kind } : { kind, target }).data;
}
