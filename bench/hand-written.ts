import { z } from "zod";
import { connect } from "./object-programs.ts";

const previewSchema = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      newState: z.object({
        urn: z.string(),
        type: z.string(),
        custom: z.boolean(),
        inputs: z.record(z.string(), z.unknown()).default({}),
        parent: z.string().default(""),
        provider: z.string().default(""),
        dependencies: z.array(z.string()).default([]),
        customTimeouts: z.record(z.string(), z.number()).optional(),
      }),
    }),
  ),
});

/** A resource as `pulumi preview --json` shows it. */
export type Previewed = z.infer<typeof previewSchema>["steps"][number]["newState"];

/** The resources of `pulumi preview --json`. Its dependencies come in no order; here they are sorted. */
export const previewed = (json: string): readonly Previewed[] =>
  previewSchema
    .parse(JSON.parse(json))
    .steps.map(({ newState }) => ({ ...newState, dependencies: newState.dependencies.toSorted() }));

const providerType = "pulumi:providers:kubernetes";

/** What the engine prints for a secret. */
const hidden = "[secret]";

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME` */
const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** Parents, providers and dependencies first. */
function inOrder(resources: readonly Previewed[]): readonly Previewed[] {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const sorted = new Set<Previewed>();
  const visit = (urn: string) => {
    const one = byUrn.get(urn);
    if (one === undefined || sorted.has(one)) return;
    for (const before of [one.parent, withoutId(one.provider), ...one.dependencies]) visit(before);
    sorted.add(one);
  };
  for (const { urn } of resources) visit(urn);
  return [...sorted];
}

/** A reference to a provider is its URN and its id. */
const withoutId = (reference: string) => reference.split("::").slice(0, 4).join("::");

/** What the SDK adds to a provider's inputs by itself. */
const providersOwn = new Set(["__internal", "version"]);

/** The inputs as JavaScript. What a provider is told is JSON text in the state; a hidden value becomes another secret. */
function argumentsOf({ type, inputs }: Previewed): string {
  const fields = Object.entries(inputs).map(([key, value]) => {
    if (value === hidden) return [key, 'pulumi.secret({ value: "hand-written" })'] as const;
    return [key, JSON.stringify(value)] as const;
  });
  const told = fields
    .filter(([key]) => !providersOwn.has(key))
    .map(([key, text]) => {
      if (key === "kubeconfig") return [key, "pulumi.secret(kubeconfig)"] as const;
      return [key, text.replace(/^"(true|false)"$/, "$1")] as const;
    });
  const all = type === providerType ? told : fields;
  return `{ ${all.map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(", ")} }`;
}

/**
 * A program that declares the resources one by one, as literals: what a person would write who needs this environment once, with neither
 * plan nor catalogue. Types, names, parents, inputs, dependencies, timeouts and outputs are the same.
 * @param hasClass whether the Kubernetes SDK has a class at a path such as `core.v1.Secret`; other types are custom resources.
 */
export function handWritten(
  resources: readonly Previewed[],
  outputs: Readonly<Record<string, unknown>>,
  hasClass: (path: string) => boolean,
): string {
  const variables = new Map<string, string>();
  const variable = (urn: string) => variables.get(urn);
  const declarations = inOrder(resources.filter(({ type }) => type !== "pulumi:pulumi:Stack")).map((one, index) => {
    const options = [
      ["parent", variable(one.parent)],
      ["provider", variable(withoutId(one.provider))],
      ["dependsOn", one.dependencies.length > 0 ? `[${one.dependencies.map(variable).join(", ")}]` : undefined],
      ["customTimeouts", one.customTimeouts && JSON.stringify(secondsOf(one.customTimeouts))],
    ].flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
    const call = `(${JSON.stringify(nameOf(one.urn))}, ${one.custom ? argumentsOf(one) : "{}"}, { ${options.join(", ")} })`;
    const name = `resource${index}`;
    variables.set(one.urn, name);
    return one.custom
      ? `const ${name} = new kubernetes.${classOf(one.type, hasClass)}${call};`
      : `const ${name} = new pulumi.ComponentResource(${JSON.stringify(one.type)}, ${call.slice(1)};`;
  });
  return [
    `import { readFileSync } from "node:fs";`,
    `import * as kubernetes from "@pulumi/kubernetes";`,
    `import * as pulumi from "@pulumi/pulumi";`,
    connect,
    ...declarations,
    ...Object.entries(outputs).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`),
    "",
  ].join("\n");
}

const secondsOf = (timeouts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(timeouts).map(([action, seconds]) => [action, `${seconds}s`]));

/** `kubernetes:networking.k8s.io/v1:NetworkPolicy` is the class `networking.v1.NetworkPolicy`. */
function classOf(type: string, hasClass: (path: string) => boolean): string {
  if (type === providerType) return "Provider";
  const [, group = "", kind = ""] = type.split(":");
  const [domain = "", version = ""] = group.split("/");
  const path = [domain.split(".")[0] ?? "", version, kind].join(".");
  return hasClass(path) ? path : "apiextensions.CustomResource";
}
