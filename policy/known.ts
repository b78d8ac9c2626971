import { z } from "zod";

/**
 * What @pulumi/policy throws when a rule reads a property that is not known during a preview. Recognised by its field, because version
 * 1.21 exports the class `UnknownValueError` without its type.
 */
const unknownValueError = z.object({ unknownTypeSentinel: z.string() });

/** True for the error that stands for "this value is not known during a preview". */
export function isUnknownValueError(error: unknown): boolean {
  return error instanceof Error && unknownValueError.safeParse(error).success;
}

/** The value that `read` gives, or `undefined` where it is not known during this preview. */
export function unlessUnknown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValueError(error)) return undefined;
    throw error;
  }
}

/** A deep copy without what is not known: properties are left out, list elements too. */
function withoutUnknowns(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return [...list.keys()].flatMap((index) => {
      const item = unlessUnknown(() => ({ known: withoutUnknowns(list[index]) }));
      return item === undefined ? [] : [item.known];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value).flatMap((key) => {
      const entry = unlessUnknown(() => ({ known: withoutUnknowns(Reflect.get(value, key)) }));
      return entry === undefined ? [] : [[key, entry.known]];
    }),
  );
}

/**
 * Checks that the known part of `value` has the shape of `schema`, and then gives `value` itself under the schema's type: reading a
 * property that is not known goes on throwing. So every field of `schema` must be `.nullish()`.
 * @returns the value, or the problems found, each with its path
 */
export function readShape<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { readonly value: z.infer<S> } | { readonly problems: readonly string[] } {
  let problems: readonly string[] = [];
  const fits = (candidate: unknown): candidate is z.infer<S> => {
    const result = schema.safeParse(withoutUnknowns(candidate));
    problems = result.error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
    return result.success;
  };
  return fits(value) ? { value } : { problems };
}

/** The value at a path; `undefined` where a part of the path is missing. Throws where a part is not known during a preview. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
