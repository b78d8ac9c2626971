import { z } from "zod";
import { field } from "./fields.ts";

/** A time as Kubernetes writes it. Default: now. */
export const timestamp = (time = new Date()): string => time.toISOString().replace(/\.\d+Z$/, "Z");

const conditionTimes = z.array(
  z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string().nullish() }),
);

/** Since when a condition of an object has its status: as the object has it, or from now on where that status is new. */
export function transitionTime(object: unknown, condition: { readonly type: string; readonly status: string }): string {
  const known = field(conditionTimes, object, "status", "conditions") ?? [];
  const same = known.find(({ type, status }) => type === condition.type && status === condition.status);
  return same?.lastTransitionTime ?? timestamp();
}
