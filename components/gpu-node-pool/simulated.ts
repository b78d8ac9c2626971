import * as kubernetes from "@pulumi/kubernetes";
import { zoneLabel } from "../../plan/names.ts";
import { childOf } from "../options.ts";
import { gpuTaint, poolLabels } from "./labels.ts";
import type { PoolProvider } from "./provider.ts";

/** A zone of a cloud's region. */
export interface NodeZone {
  readonly zone: string;
  readonly region: string;
}

/**
 * Node objects without machines, for a rehearsal, which reports what kubelets would: readiness, and the resources of the instance type.
 * @param zones the nodes of each pool take turns in them; at least one.
 */
export const simulatedNodes = (zones: readonly NodeZone[]): PoolProvider => ({
  kind: "simulated",
  declare: (name, shape, parent) =>
    Array.from({ length: shape.nodes }, (_, index) => {
      const node = `${shape.pool}-${index}`;
      const { zone, region } = zones[index % zones.length] ?? { zone: "", region: "" };
      // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
      new kubernetes.core.v1.Node(
        `${name}-${index}`,
        {
          metadata: {
            name: node,
            labels: {
              ...poolLabels(shape),
              "topology.kubernetes.io/region": region,
              [zoneLabel]: zone,
            },
          },
          spec: { taints: [gpuTaint] },
        },
        childOf(parent),
      );
      return node;
    }),
});
