import { catalogue } from "../catalogue/index.ts";
import { loadEnvironment } from "../config/load.ts";
import type { Catalogue } from "../catalogue/types/index.ts";
import { readLock } from "./lock.ts";
import { makePlan } from "./make-plan.ts";
import { select } from "./select.ts";
import type { Plan } from "./types.ts";

/** The day by which waivers are judged, ISO 8601. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * Models that pods of an environment may run: the kit's, the stack's own, and those whose slots the stack has filled. A rehearsal knows
 * images by it.
 */
export function environmentCatalogue(stacks: string, name: string): Catalogue {
  const { config } = loadEnvironment(stacks, name);
  const { catalogue: own, specialists } = select(config, catalogue);
  const asRun = specialists
    .filter(({ source }) => source !== null)
    .map(({ row, model }) => [`${row.name} as filled`, model] as const);
  return { ...own, models: new Map([...own.models, ...asRun]) };
}

/**
 * The plan of an environment as it lies in a folder: its stack file with layers, and its lock, against the kit's own catalogue.
 * @param top the stack file's `config` map where it is known already (the engine's copy of it). Default: read from the folder.
 * @throws RefusedError with every finding.
 */
export function planEnvironment(stacks: string, name: string, top?: Readonly<Record<string, unknown>>): Plan {
  return makePlan({
    environment: loadEnvironment(stacks, name, top),
    catalogue,
    lock: readLock(stacks, name),
    today: today(),
  });
}
