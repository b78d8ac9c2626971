import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { SecretSource } from "./deploy.ts";

const secretsKey = "polymath:secrets";

/** The engine hands maps and lists over as JSON text. */
function parse(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Keys that hold a secret; the language host hands their names over beside the values. */
function secretKeys(): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
}

/** The stack's own keys as the engine knows them. Secret values are marked as such and left out. */
export function engineConfig(
  all: Readonly<Record<string, string>> = pulumi.runtime.allConfig(),
): Readonly<Record<string, unknown>> {
  const config = Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith("polymath:"))
      .map(([key, text]) => [key, parse(text)]),
  );
  const secrets = config[secretsKey];
  if (secretKeys().includes(secretsKey) && typeof secrets === "object" && secrets !== null) {
    config[secretsKey] = Object.fromEntries(Object.keys(secrets).map((key) => [key, { secure: "" }]));
  }
  return config;
}

const mapSchema = z.record(z.string(), z.unknown()).catch({});

/**
 * The engine calls the whole map secret as soon as one of its values is encrypted. What the stack file holds in clear is shown as such again,
 * so that the plan refuses it here as it does without an engine.
 * @param file the `config` map of the stack file.
 */
export function withClearSecrets(
  config: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const clear = Object.entries(mapSchema.parse(file[secretsKey])).filter(([, value]) => typeof value === "string");
  if (clear.length === 0) return config;
  return { ...config, [secretsKey]: { ...mapSchema.parse(config[secretsKey]), ...Object.fromEntries(clear) } };
}

/**
 * Secrets out of the engine's configuration; a stack that needs none has no `polymath:secrets` at all.
 * @throws pulumi.RunError for a missing one, at once and not inside an output. It is a finding of the plan long before anybody asks here.
 */
export function secretSource(all: Readonly<Record<string, string>> = pulumi.runtime.allConfig()): SecretSource {
  const secrets = mapSchema.parse(parse(all[secretsKey] ?? ""));
  return (key) => {
    const value = secrets[key];
    if (typeof value !== "string") {
      throw new pulumi.RunError(
        `polymath:secrets.${key} is missing. Run: pulumi config set --secret --path 'polymath:secrets.${key}'`,
      );
    }
    return pulumi.secret(value);
  };
}
