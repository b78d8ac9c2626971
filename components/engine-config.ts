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

/** Secrets out of the engine's configuration. A missing one is a finding of the plan, long before anybody asks here. */
export function secretSource(): SecretSource {
  const values = new pulumi.Config("polymath").getSecretObject<Record<string, string>>("secrets") ?? pulumi.output({});
  return (key) =>
    pulumi.secret(
      values.apply((all: Readonly<Record<string, string>>) => {
        const value = all[key];
        if (value === undefined) throw new pulumi.RunError(`polymath:secrets.${key} is missing.`);
        return value;
      }),
    );
}
