import { labels } from "../../plan/names.ts";
import type { PoolShape } from "./provider.ts";

/** Labels that every node of a pool has, whoever makes it. */
export const poolLabels = ({ pool, environment, instanceType }: PoolShape): Readonly<Record<string, string>> => ({
  [labels.pool]: pool,
  [labels.environment]: environment,
  "node.kubernetes.io/instance-type": instanceType,
  // The device plugin lands by this label; the usual feature discovery may not be there.
  "nvidia.com/gpu.present": "true",
});

/** Keeps pods that ask for no GPU off the expensive nodes. */
export const gpuTaint = { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" } as const;
