import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { refusal, RefusedError, type Finding } from "./finding.ts";
import { parseEnvironment } from "./issues.ts";
import { isMap, merge } from "./merge.ts";
import { nearest, suggest } from "./nearest.ts";
import type { EnvironmentConfig } from "./schema.ts";
import { show } from "./show.ts";

const project = "polymath";
const prefix = `${project}:`;
const extendsKey = `${prefix}extends`;

export interface Environment {
  readonly name: string;
  /** With faults: only what is sound, to be checked further but never deployed. */
  readonly config: EnvironmentConfig;
  /** Faults of its shape; the planner refuses an environment that has any. Default: none. */
  readonly faults?: readonly Finding[];
}

type Config = Readonly<Record<string, unknown>>;

/** Names of the environments in a folder: its `Pulumi.<name>.yaml` files. */
export function environmentsIn(stacks: string): readonly string[] {
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks, { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? undefined : /^Pulumi\.(.+)\.yaml$/.exec(entry.name)?.[1]))
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** What the parser says, without the words of the file that it quotes: one of them may be a secret. */
const yamlFault = (message: string): string => message.split(/: | at line |\\|; please/)[0] ?? "";

function parseYaml(text: string, file: string, name: string, environment: string): unknown {
  const refuse = (faults: readonly { message: string; line: number | undefined }[]) =>
    new RefusedError(
      environment,
      faults.map(({ message, line }) =>
        refusal(
          "broken-yaml",
          `Pulumi.${name}.yaml${line === undefined ? "" : `:${line}`}`,
          yamlFault(message),
          "YAML",
          `mend ${line === undefined ? "" : `line ${line} of `}${file}`,
        ),
      ),
    );
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0)
    throw refuse(document.errors.map(({ message, linePos }) => ({ message, line: linePos?.[0].line })));
  try {
    return document.toJS() as unknown;
  } catch (problem) {
    // An alias without its anchor, or too many of them.
    throw refuse([{ message: problem instanceof Error ? problem.message : String(problem), line: undefined }]);
  }
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? "a list" : `a ${typeof value}`);

/**
 * The `config` map of one stack file.
 * @param environment whose reading this is: the file itself, or one that extends it.
 * @throws RefusedError when it is missing or not YAML.
 */
export function readStackFile(stacks: string, name: string, environment = name): Config {
  const file = join(stacks, `Pulumi.${name}.yaml`);
  const known = environmentsIn(stacks);
  if (!known.includes(name)) {
    throw new RefusedError(environment, [
      refusal(
        "no-such-environment",
        `Pulumi.${name}.yaml`,
        `no file Pulumi.${name}.yaml in ${stacks}`,
        known.length > 0 ? known.join(", ") : "none: the folder holds no stack file",
        known.length > 0 ? suggest(name, known) : `write ${file}`,
      ),
    ]);
  }
  const content = parseYaml(readFileSync(file, "utf8"), file, name, environment) ?? {};
  const whole = (path: string, given: string) =>
    new RefusedError(environment, [
      refusal(
        "invalid-value",
        path,
        given,
        "a map of keys such as polymath:bundles",
        `write the keys of ${file} below "config:"`,
      ),
    ]);
  if (!isMap(content)) throw whole(`Pulumi.${name}.yaml`, kindOf(content));
  const outside = Object.keys(content).filter((key) => key.startsWith(prefix));
  if (outside.length > 0) throw whole(`Pulumi.${name}.yaml`, `${outside.join(", ")} outside of "config:"`);
  const config = content["config"] ?? {};
  if (!isMap(config)) throw whole("config", kindOf(config));
  return config;
}

/** Follows `polymath:extends`, base first. */
function layersOf(stacks: string, name: string, top: Config): readonly Config[] {
  const layers = [top];
  const seen = [name];
  let base = top[extendsKey];
  while (base !== undefined) {
    const last = seen.at(-1);
    const path = last === name ? extendsKey : `Pulumi.${last}.yaml: ${extendsKey}`;
    const refuse = (given: string, allowed: string, fix: string) =>
      new RefusedError(name, [refusal("invalid-extends", path, given, allowed, fix)]);
    if (typeof base !== "string") throw refuse(show(base), "the name of another environment", `change ${extendsKey}`);
    if (seen.includes(base)) {
      throw refuse(
        `a circle: ${[...seen, base].join(" → ")}`,
        "a chain that ends",
        `remove one ${extendsKey} of the circle`,
      );
    }
    const others = environmentsIn(stacks).filter((other) => !seen.includes(other));
    if (!others.includes(base))
      throw refuse(`"${base}"`, others.join(", ") || "no other environment is there", suggest(base, others));
    const layer = readStackFile(stacks, base, name);
    seen.push(base);
    layers.unshift(layer);
    base = layer[extendsKey];
  }
  return layers;
}

/** Keys of other projects and providers are none of our business, unless they look like a slip. */
function strayKeys(keys: readonly string[]): readonly Finding[] {
  return keys.flatMap((key) => {
    const [namespace = "", ...rest] = key.split(":");
    const isSlip = rest.length === 0 || nearest(namespace, [project]) !== undefined;
    if (key.startsWith(prefix) || !isSlip) return [];
    return [
      refusal(
        "unknown-key",
        key,
        `the key "${key}"`,
        `keys that begin with ${prefix} or the name of a provider`,
        `did you mean "${prefix}${rest.length === 0 ? key : rest.join(":")}"?`,
      ),
    ];
  });
}

/**
 * Reads an environment: its stack file on top of those it extends; maps merge, lists replace.
 * @param top the file's own `config` map where it is known already (the engine's copy of it).
 * @throws RefusedError when a file cannot be read at all. Faults of its shape come along as `faults`.
 */
export function loadEnvironment(stacks: string, name: string, top = readStackFile(stacks, name)): Environment {
  const merged = layersOf(stacks, name, top).reduce<Config>((below, above) => merge(below, above), {});
  const { [extendsKey]: _extends, ...rest } = merged;
  const keys = Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
  const { config, findings } = parseEnvironment(keys);
  const faults = [...strayKeys(Object.keys(rest)), ...findings];
  return { name, config, ...(faults.length > 0 && { faults }) };
}
