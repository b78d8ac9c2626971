/** Whether a value of a stack file is a map. */
export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lays `above` over `below`: maps merge key by key, everything else, lists too, is replaced. */
export function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>>;
export function merge(below: unknown, above: unknown): unknown;
export function merge(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  // Built from entries, because assigning the key "__proto__" would set no key.
  return Object.fromEntries([
    ...Object.entries(below),
    ...Object.entries(above).map(([key, value]) => [key, Object.hasOwn(below, key) ? merge(below[key], value) : value]),
  ]);
}
