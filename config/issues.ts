import { z } from "zod";
import type { Finding } from "./finding.ts";
import { isMap, merge } from "./merge.ts";
import { nearest } from "./nearest.ts";
import { environmentSchema, type EnvironmentConfig } from "./schema.ts";
import { show } from "./show.ts";

/** One fault of the shape, with the path that it sits at. */
interface Fault {
  readonly path: readonly PropertyKey[];
  readonly finding: Finding;
}

/** A path of zod as it reads in the stack file: `polymath:bundles[2].name`. */
export function pathText(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "config";
  return `polymath:${String(first)}${rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else value = isMap(value) && Object.hasOwn(value, part) ? value[String(part)] : undefined;
  }
  return value;
}

/** Whether a branch of a union can be the one that was meant: its literal `kind`, if it has one, is that of the value. */
function isMeant(branch: z.core.$ZodType, value: unknown): boolean {
  const kind = isMap(value) ? value["kind"] : undefined;
  const literal = branch instanceof z.core.$ZodObject ? branch._zod.def.shape["kind"] : undefined;
  return !(literal instanceof z.core.$ZodLiteral) || literal._zod.def.values.some((one) => one === kind);
}

/** The keys that may stand at a path, read off the schema itself so that messages cannot go stale. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const { $ZodOptional, $ZodDefault, $ZodPrefault } = z.core;
  if (schema instanceof $ZodOptional || schema instanceof $ZodDefault || schema instanceof $ZodPrefault)
    return knownKeys(schema._zod.def.innerType, path, value);
  if (schema instanceof z.core.$ZodUnion) {
    const branches = schema._zod.def.options.filter((branch) => isMeant(branch, value));
    return [...new Set(branches.flatMap((branch) => knownKeys(branch, path, value)))];
  }
  const [first, ...rest] = path;
  if (schema instanceof z.core.$ZodArray) return knownKeys(schema._zod.def.element, rest, value);
  if (schema instanceof z.core.$ZodRecord) return knownKeys(schema._zod.def.valueType, rest, value);
  if (!(schema instanceof z.core.$ZodObject)) return [];
  const { shape } = schema._zod.def;
  if (first === undefined) return Object.keys(shape);
  const child = shape[String(first)];
  return child ? knownKeys(child, rest, value) : [];
}

const quoted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");

/** Types in the words of a stack file. */
const typeWords: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return typeWords[issue.expected] ?? `a value of type ${issue.expected}`;
  if (issue.code === "invalid_value") return `one of: ${quoted(issue.values)}`;
  if (issue.code === "invalid_union")
    return "options" in issue && Array.isArray(issue.options)
      ? `one of: ${quoted(issue.options)}`
      : [...new Set(issue.errors.flat().map(expectation))].join(" or ");
  return issue.message;
}

function faultsOf(root: unknown, issue: z.core.$ZodIssue, at: readonly PropertyKey[]): readonly Fault[] {
  const path = [...at, ...issue.path];
  const value = valueAt(root, path);
  const fault = (where: readonly PropertyKey[], rule: string, given: string, allowed: string, fix: string): Fault => ({
    path: where,
    finding: { rule, severity: "error", path: pathText(where), given, allowed, fix },
  });
  if (issue.code === "unrecognized_keys") {
    const keys = knownKeys(environmentSchema, path, value);
    const allowed = path.length === 0 ? [...keys, "extends"] : keys;
    return issue.keys.map((key) => {
      const hit = nearest(key, allowed);
      const fix = hit === undefined ? `remove "${key}"` : `did you mean "${hit}"?`;
      return fault([...path, key], "unknown-key", `the key "${key}"`, allowed.join(", "), fix);
    });
  }
  if (issue.code === "invalid_key") {
    const allowed = issue.issues.map(({ message }) => message).join(", ");
    return [fault(path, "invalid-value", `the key "${String(path.at(-1))}"`, allowed, "rename the key")];
  }
  if (issue.code === "invalid_union" && typeof value === "object") {
    // The branch that got furthest is the one that was meant: an object with a wrong key, not "not a string".
    const branch = issue.errors.find(
      (errors) => !errors.some((one) => one.code === "invalid_type" && one.path.length === 0),
    );
    if (branch) return branch.flatMap((one) => faultsOf(root, one, path));
  }
  const fix = value === undefined ? `add ${pathText(path)} to the stack file` : `change ${pathText(path)}`;
  return [fault(path, "invalid-value", show(value, path), expectation(issue), fix)];
}

const faultsIn = (keys: unknown, error: z.core.$ZodError): readonly Fault[] =>
  error.issues.flatMap((issue) => faultsOf(keys, issue, []));

/** What stands in for what an environment cannot be read without. */
const standIns = { cluster: { kind: "rehearsal" }, bundles: ["-"], routing: { host: "stand-in.invalid" } };

/** What is left of an environment without its faults, so that the rest can be checked in the same run. */
function withoutFaults(keys: Readonly<Record<string, unknown>>, faults: readonly Fault[]): EnvironmentConfig {
  const rest: Record<string, unknown> = structuredClone(keys);
  const remove = (path: readonly PropertyKey[]) => {
    // Taking an element out of a list would move the others, and with them the paths of their findings: the whole list goes.
    const last = path.findLastIndex((part) => typeof part !== "number");
    const parent = valueAt(rest, path.slice(0, last));
    const key = path[last];
    if (isMap(parent) && key !== undefined) Reflect.deleteProperty(parent, key);
  };
  for (const { path } of faults) remove(path);
  // What is not whole without its faults goes with the entry that it stands in, or else with everything under its key.
  for (const depth of [2, 1]) {
    const again = environmentSchema.safeParse(merge(standIns, rest));
    for (const { path } of again.error?.issues ?? []) remove(path.slice(0, depth));
  }
  const config = environmentSchema.parse(merge(standIns, rest));
  return Object.hasOwn(rest, "bundles") ? config : { ...config, bundles: [] };
}

/**
 * Checks the merged keys of an environment: the typed environment and one finding for each fault. Where there are faults, the
 * environment holds what is sound, only to be checked further.
 */
export function parseEnvironment(keys: Readonly<Record<string, unknown>>): {
  readonly config: EnvironmentConfig;
  readonly findings: readonly Finding[];
} {
  const parsed = environmentSchema.safeParse(keys);
  if (parsed.success) return { config: parsed.data, findings: [] };
  const faults = faultsIn(keys, parsed.error);
  return { config: withoutFaults(keys, faults), findings: faults.map(({ finding }) => finding) };
}
