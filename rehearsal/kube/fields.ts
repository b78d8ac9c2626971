import { z } from "zod";
import { getAt, type Path } from "./paths.ts";

/**
 * A field of an object as a schema reads it; undefined where it is absent or of another shape. Objects come from the API
 * server, which has validated them, and from custom resources, which may hold anything.
 */
export function field<T>(schema: z.ZodType<T>, object: unknown, ...path: Path): T | undefined {
  return schema.safeParse(getAt(object, path)).data;
}

export const textField = (object: unknown, ...path: Path): string | undefined => field(z.string(), object, ...path);
export const numberField = (object: unknown, ...path: Path): number | undefined => field(z.number(), object, ...path);

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastUpdateTime: z.string().optional(),
  observedGeneration: z.number().optional(),
});

export type Condition = z.infer<typeof conditionSchema>;

/** The status conditions of an object; none where it has no status yet. */
export function conditionsOf(object: unknown): readonly Condition[] {
  return field(z.array(conditionSchema), object, "status", "conditions") ?? [];
}
