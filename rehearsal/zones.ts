import type { Plan } from "../plan/types.ts";

/** A zone of a cloud's region. */
export interface Zone {
  readonly zone: string;
  readonly region: string;
}

/** Zones that a rehearsal assumes of a cluster that somebody else made. */
export const assumedZones = 3;

/** The zones of a plan's nodes: those that it asks for, or as many as clusters usually have, named after the region of its prices. */
export function zonesOf({ cluster, cost: { region } }: Pick<Plan, "cluster" | "cost">): readonly Zone[] {
  const count = cluster.kind === "rehearsal" ? cluster.zones : assumedZones;
  return Array.from({ length: count }, (_, index) => ({
    zone: `${region}${String.fromCodePoint(97 + index)}`,
    region,
  }));
}
