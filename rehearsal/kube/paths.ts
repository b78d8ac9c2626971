/** One step into nested data: a map's key, or a list's index. */
export type Path = readonly (string | number)[];

export interface Change {
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
}

export type Properties = Record<string, unknown>;

/** True for maps (not lists, not null). */
export function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function getAt(root: unknown, path: Path): unknown {
  let here: unknown = root;
  for (const step of path) {
    if (typeof step === "number") here = Array.isArray(here) ? (here as unknown[])[step] : undefined;
    else here = isMap(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}

/** Sets a value where the place above it exists; otherwise does nothing. */
export function setAt(root: unknown, path: Path, value: unknown): void {
  const last = path.at(-1);
  const above = getAt(root, path.slice(0, -1));
  if (typeof last === "number" && Array.isArray(above)) above[last] = value;
  if (typeof last === "string" && isMap(above)) {
    if (value === undefined) delete above[last];
    else above[last] = value;
  }
}

/** Every place where two values differ, as deep as both sides go; a missing key and undefined are the same. */
export function changesBetween(before: unknown, after: unknown, path: Path = []): Change[] {
  if (before === after) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changesBetween(getAt(before, [key]), getAt(after, [key]), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      changesBetween(before[index] as unknown, after[index] as unknown, [...path, index]),
    );
  }
  return [{ path, kind: "update" }];
}

/** A path as Pulumi writes it: `spec.containers[0].env`, or `metadata.labels["a.b/c"]` where a key is not a plain word. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Reads what formatPath writes; `[*]` and `.*` come back as the key "*". */
export function parsePath(text: string): Path {
  const steps = text.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[?(\*)\]?|([^.[\]]+)/g);
  return Array.from(steps, ([, index, quoted, star, word]) =>
    index === undefined ? (star ?? word ?? String(JSON.parse(`"${quoted ?? ""}"`))) : Number(index),
  );
}

/** True when the path lies at or below a pattern (a path that may hold "*"). */
export function isUnder(path: Path, pattern: Path): boolean {
  return pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}

/** True when one of the two lies at or below the other. The second may hold "*". */
export function overlaps(path: Path, pattern: Path): boolean {
  return path.length < pattern.length
    ? path.every((step, index) => pattern[index] === "*" || pattern[index] === step)
    : isUnder(path, pattern);
}
