import * as policySdk from "@pulumi/policy";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";

type Proxy = (props: Props) => Record<string, unknown>;

/**
 * What the engine wraps a resource's properties in before a rule sees them. @pulumi/policy 1.21 exports the function without its type.
 */
const { unknownCheckingProxy } = z
  .object({ unknownCheckingProxy: z.custom<Proxy>((value) => typeof value === "function") })
  .parse(policySdk);

/** The engine's mark for a text that is not known during a preview (`unknownStringValue` in @pulumi/policy's proxy). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Props = Readonly<Record<string, unknown>>;

export interface Outcome {
  readonly violations: readonly string[];
  /** The message of the engine's own error where something could not be decided during the preview. */
  readonly undecided?: string;
}

const notUsed = (): never => {
  throw new Error("no rule of the pack uses this");
};

/** A rule's configuration crosses a process border on its way from the engine. */
const asSent = (config: Props) => JSON.parse(JSON.stringify(config));

const options = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

async function outcomeOf(run: (report: (message: string) => void) => Promise<void> | void): Promise<Outcome> {
  const violations: string[] = [];
  try {
    await run((message) => violations.push(message));
  } catch (error) {
    if (!(error instanceof Error) || !("unknownTypeSentinel" in error)) throw error;
    return { violations, undecided: error.message };
  }
  return { violations };
}

/** Runs a rule on one resource, as the engine does. The resource's Pulumi name is `example`. */
export function check(
  rule: ResourceValidationPolicy,
  type: string,
  props: Props,
  config: Props = {},
): Promise<Outcome> {
  const validate = rule.validateResource;
  if (typeof validate !== "function") throw new Error(`${rule.name} has no single validation`);
  return outcomeOf((report) =>
    validate(
      {
        type,
        props: unknownCheckingProxy(props),
        urn: `urn:pulumi:prod::polymath::${type}::example`,
        name: "example",
        opts: options,
        stackTags: new Map(),
        isType: notUsed,
        asType: notUsed,
        getConfig: () => asSent(config),
        notApplicable: notUsed,
      },
      report,
    ),
  );
}

/** Runs a rule on a whole stack, given as pairs of type and properties. */
export function checkStack(
  rule: StackValidationPolicy,
  resources: readonly (readonly [type: string, props: Props])[],
  { stack = "prod", config = {} }: { readonly stack?: string; readonly config?: Props } = {},
): Promise<Outcome> {
  return outcomeOf((report) =>
    rule.validateStack(
      {
        resources: resources.map(([type, props], index) => ({
          type,
          props: unknownCheckingProxy(props),
          urn: `urn:pulumi:${stack}::polymath::${type}::example-${index}`,
          name: `example-${index}`,
          opts: options,
          dependencies: [],
          propertyDependencies: {},
          isType: notUsed,
          asType: notUsed,
        })),
        stackTags: new Map(),
        getConfig: () => asSent(config),
        notApplicable: notUsed,
      },
      report,
    ),
  );
}

export const deploymentType = "kubernetes:apps/v1:Deployment";
export const daemonSetType = "kubernetes:apps/v1:DaemonSet";

/** A container that every rule of the pack accepts. */
export function container(extra: Props = {}): Props {
  return {
    name: "vllm",
    image: "vllm/vllm-openai:v0.22.0",
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    ...extra,
  };
}

/** A pod spec that every rule of the pack accepts. */
export function podSpec(extra: Props = {}): Props {
  return {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container()],
    ...extra,
  };
}

/** The Deployment `finance/fin-r1` (or DaemonSet, StatefulSet, Job: they hold their template at the same place). */
export function deployment(spec: Props = podSpec()): Props {
  return {
    metadata: { name: "fin-r1", namespace: "finance" },
    spec: { selector: { matchLabels: { app: "fin-r1" } }, template: { metadata: { labels: { app: "fin-r1" } }, spec } },
  };
}

/** For messages about the only container of {@link deployment}. */
export const onlyContainer = 'Deployment "finance/fin-r1", container "vllm" (spec.template.spec.containers[0])';
