import type { z } from "zod";
import type { Finding } from "./finding.ts";
import { nearest } from "./nearest.ts";
import { environmentSchema } from "./schema.ts";

/** A path of zod as it reads in the stack file: `polymath:bundles[2].name`. */
export function pathText(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "config";
  return `polymath:${String(first)}${rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")}`;
}

/** What a value looks like in a message: short, and never a secret. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text =
    JSON.stringify(value, (key, inner: unknown) => (key === "secure" || key === "secrets" ? "[secret]" : inner)) ??
    typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path)
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  return value;
}

/** The keys that may stand at a path, read off the schema itself so that messages cannot go stale. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const def = schema._zod.def as unknown as {
    type: string;
    innerType?: z.core.$ZodType;
    in?: z.core.$ZodType;
    shape?: Record<string, z.core.$ZodType>;
    element?: z.core.$ZodType;
    valueType?: z.core.$ZodType;
    options?: readonly z.core.$ZodType[];
  };
  if (def.innerType) return knownKeys(def.innerType, path, value);
  if (def.options) {
    const kind = (value as { kind?: unknown } | undefined)?.kind;
    const fitting = def.options.filter((option) => {
      const shape = (option._zod.def as unknown as { shape?: Record<string, z.core.$ZodType> }).shape;
      const literal = shape?.["kind"]?._zod.def as unknown as { values?: readonly unknown[] } | undefined;
      return literal?.values === undefined || kind === undefined || literal.values.includes(kind);
    });
    return [...new Set(fitting.flatMap((option) => knownKeys(option, path, value)))];
  }
  const [first, ...rest] = path;
  if (first === undefined) return def.shape ? Object.keys(def.shape) : [];
  const child = def.shape?.[String(first)] ?? def.element ?? def.valueType;
  return child ? knownKeys(child, rest, value) : [];
}

const expectation = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "invalid_value":
      return `one of: ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return issue.message;
  }
};

function toFindings(root: unknown, issue: z.core.$ZodIssue, at: readonly PropertyKey[]): readonly Finding[] {
  const path = [...at, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const allowed = knownKeys(environmentSchema, path, valueAt(root, path));
    return issue.keys.map((key) => {
      const hit = nearest(key, allowed);
      return {
        rule: "unknown-key",
        severity: "error",
        path: pathText([...path, key]),
        given: `the key "${key}"`,
        allowed: allowed.join(", "),
        fix: hit === undefined ? `remove "${key}"` : `did you mean "${hit}"?`,
      };
    });
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // The branch that got furthest is the one that was meant: an object with a wrong key, not "not a string".
    const value = valueAt(root, path);
    const branch = issue.errors.find(
      (errors) => !errors.some((one) => one.code === "invalid_type" && one.path.length === 0),
    );
    if (branch && typeof value === "object") return branch.flatMap((one) => toFindings(root, one, path));
  }
  const value = valueAt(root, path);
  const options = issue.code === "invalid_union" && "discriminator" in issue ? knownKinds : undefined;
  return [
    {
      rule: "invalid-value",
      severity: "error",
      path: pathText(path),
      given: show(value),
      allowed: options ?? expectation(issue),
      fix: value === undefined ? `add ${pathText(path)} to the stack file` : `change ${pathText(path)}`,
    },
  ];
}

const knownKinds = 'one of: "existing", "rehearsal"';

/** Checks the merged keys of an environment. Gives the typed environment, or one finding for each fault. */
export function parseEnvironment(keys: Readonly<Record<string, unknown>>) {
  const parsed = environmentSchema.safeParse(keys, { reportInput: false });
  if (parsed.success) return { config: parsed.data, findings: [] as readonly Finding[] };
  return { config: undefined, findings: parsed.error.issues.flatMap((issue) => toFindings(keys, issue, [])) };
}
