import * as kubernetes from "@pulumi/kubernetes";
import { childOf } from "../options.ts";
import { gpuTaint, poolLabels } from "./labels.ts";
import type { PoolProvider } from "./provider.ts";

/** Marks a node that a rehearsal plays: it takes CPU, memory and GPUs from the catalogue row of the instance type. */
const simulatedNodeAnnotation = "kwok.x-k8s.io/node";

/** Node objects without machines, for a rehearsal. */
export const simulatedNodes: PoolProvider = {
  kind: "simulated",
  declare: (name, shape, parent) =>
    Array.from({ length: shape.nodes }, (_, index) => {
      const node = `${shape.pool}-${index}`;
      // oxlint-disable-next-line no-new -- a Pulumi resource is declared by making it
      new kubernetes.core.v1.Node(
        `${name}-${index}`,
        {
          metadata: {
            name: node,
            labels: { ...poolLabels(shape), "kubernetes.io/hostname": node },
            annotations: { [simulatedNodeAnnotation]: "fake" },
          },
          spec: { taints: [gpuTaint] },
        },
        childOf(parent),
      );
      return node;
    }),
};
