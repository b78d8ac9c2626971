import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { RefusedError } from "./finding.ts";
import { parseEnvironment } from "./issues.ts";
import { merge } from "./merge.ts";
import { suggest } from "./nearest.ts";
import type { EnvironmentConfig } from "./schema.ts";

const prefix = "polymath:";

export interface Environment {
  readonly name: string;
  readonly config: EnvironmentConfig;
}

/** Names of the environments in a folder: its `Pulumi.<name>.yaml` files. */
export function environmentsIn(stacks: string): readonly string[] {
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks)
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** The `config` map of one stack file. @throws RefusedError when it is missing or not YAML. */
export function readStackFile(stacks: string, name: string): Readonly<Record<string, unknown>> {
  const file = join(stacks, `Pulumi.${name}.yaml`);
  const known = environmentsIn(stacks);
  if (!known.includes(name)) {
    throw new RefusedError(name, [
      {
        rule: "no-such-environment",
        severity: "error",
        path: `Pulumi.${name}.yaml`,
        given: `no file Pulumi.${name}.yaml in ${stacks}`,
        allowed: known.length > 0 ? known.join(", ") : "none: the folder holds no stack file",
        fix: known.length > 0 ? suggest(name, known) : `write ${file}`,
      },
    ]);
  }
  const document = parseDocument(readFileSync(file, "utf8"), { uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new RefusedError(
      name,
      document.errors.map((error) => ({
        rule: "broken-yaml",
        severity: "error" as const,
        path: `Pulumi.${name}.yaml:${error.linePos?.[0].line ?? 1}`,
        given: error.message.split("\n")[0] ?? error.code,
        allowed: "YAML",
        fix: `mend line ${error.linePos?.[0].line ?? 1} of ${file}`,
      })),
    );
  }
  const content: unknown = document.toJS();
  const config = (content as { config?: unknown } | null)?.config ?? {};
  if (typeof config !== "object" || Array.isArray(config)) {
    throw new RefusedError(name, [
      {
        rule: "invalid-value",
        severity: "error",
        path: "config",
        given: Array.isArray(config) ? "a list" : typeof config,
        allowed: "a map of keys such as polymath:bundles",
        fix: `write the keys of ${file} below "config:"`,
      },
    ]);
  }
  return config as Record<string, unknown>;
}

/** Follows `polymath:extends`, base first. */
function layersOf(
  stacks: string,
  name: string,
  top: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  const layers = [top];
  const seen = [name];
  let base = top[`${prefix}extends`];
  while (base !== undefined) {
    const problem =
      typeof base !== "string"
        ? { given: JSON.stringify(base), allowed: "the name of another environment", fix: `change ${prefix}extends` }
        : seen.includes(base)
          ? {
              given: `a circle: ${[...seen, base].join(" → ")}`,
              allowed: "a chain that ends",
              fix: `remove one ${prefix}extends of the circle`,
            }
          : undefined;
    if (problem || typeof base !== "string") {
      throw new RefusedError(name, [
        { rule: "invalid-extends", severity: "error", path: `${prefix}extends`, ...problem! },
      ]);
    }
    const layer = readStackFile(stacks, base);
    seen.push(base);
    layers.unshift(layer);
    base = layer[`${prefix}extends`];
  }
  return layers;
}

/**
 * Reads an environment: its stack file on top of those it extends; maps merge, lists replace.
 * @param top the file's own `config` map where it is known already (the engine's copy of it).
 * @throws RefusedError with every fault of its shape.
 */
export function loadEnvironment(stacks: string, name: string, top = readStackFile(stacks, name)): Environment {
  const merged = layersOf(stacks, name, top).reduce(
    (below, above) => merge(below, above) as Record<string, unknown>,
    {},
  );
  const keys: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(merged)) {
    if (key === `${prefix}extends`) continue;
    if (key.startsWith(prefix)) keys[key.slice(prefix.length)] = value;
  }
  const { config, findings } = parseEnvironment(keys);
  if (!config) throw new RefusedError(name, findings);
  return { name, config };
}
