import type { Lock } from "./lock.ts";
import type { CostPlan, PoolPlan } from "./types.ts";

const hoursPerMonth = 730;

/** What the sum of node prices does not hold. */
const leftOut = [
  "control plane and nodes without GPUs",
  "volumes and snapshots",
  "load balancer and network traffic",
  "licences and support (NVIDIA AI Enterprise among them)",
  "taxes and discounts",
] as const;

/**
 * Price of the GPU nodes, from the lock's prices.
 * @param providers external ones, whose prices no catalogue knows.
 */
export function costOf(
  pools: readonly PoolPlan[],
  lock: Lock | undefined,
  providers: readonly string[] = [],
): CostPlan {
  const usdPerHour = pools.reduce((sum, pool) => sum + pool.usdPerHour, 0);
  return {
    usdPerHour: Math.round(usdPerHour * 1e4) / 1e4,
    usdPerMonth: Math.round(usdPerHour * hoursPerMonth * 100) / 100,
    gpus: pools.reduce((sum, { nodes, gpusPerNode }) => sum + nodes * gpusPerNode, 0),
    priceDate: lock?.prices.date ?? "",
    region: lock?.prices.region ?? "",
    leftOut: [...leftOut, ...(providers.length > 0 ? [`tokens of external providers (${providers.join(", ")})`] : [])],
  };
}
