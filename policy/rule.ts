import type { PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { type KubernetesObject, kubernetesObject } from "./kubernetes-object.ts";
import { type PodTemplate, podTemplates } from "./pod-spec.ts";
import { openVerdict, type Verdict } from "./verdict.ts";

interface RuleText {
  /** The rule's id, in kebab case. docs/policies.md has one row for each. */
  readonly name: string;
  /** One sentence, shown by the engine beside each violation. */
  readonly description: string;
  /** What a `--policy-pack-config` file may set for this rule. */
  readonly configSchema?: PolicyConfigSchema;
}

/** A rule's configuration, as the engine hands it over: nothing where the pack runs without one. */
type RuleConfig = Readonly<Record<string, unknown>>;

/** A mandatory rule about one Kubernetes object at a time, checked before it is created or changed. */
export function objectRule(
  text: RuleText,
  check: (object: KubernetesObject, verdict: Verdict, config: RuleConfig) => void,
): ResourceValidationPolicy {
  return {
    ...text,
    enforcementLevel: "mandatory",
    validateResource: (args, report) => {
      const object = kubernetesObject(args);
      if (object === undefined) return;
      const verdict = openVerdict(report);
      check(object, verdict, args.getConfig<RuleConfig>());
      verdict.close();
    },
  };
}

/** A mandatory rule about one pod template at a time, wherever it stands: see {@link podTemplates}. */
export function podRule(
  text: RuleText,
  check: (template: PodTemplate, verdict: Verdict, config: RuleConfig) => void,
): ResourceValidationPolicy {
  return objectRule(text, (object, verdict, config) => {
    for (const template of podTemplates(object, verdict)) check(template, verdict, config);
  });
}

/** A mandatory rule about the Kubernetes objects of a whole stack, checked at the end of a preview and of an update. */
export function stackRule(
  text: RuleText,
  check: (objects: readonly KubernetesObject[], verdict: Verdict, config: RuleConfig) => void,
): StackValidationPolicy {
  return {
    ...text,
    enforcementLevel: "mandatory",
    validateStack: (args, report) => {
      const verdict = openVerdict(report);
      const objects = args.resources.flatMap((resource) => kubernetesObject(resource) ?? []);
      check(objects, verdict, args.getConfig<RuleConfig>());
      verdict.close();
    },
  };
}

/**
 * One list of texts out of a rule's configuration.
 * @default fallback, where the pack runs without a configuration
 */
export function configuredList(config: RuleConfig, key: string, fallback: readonly string[]): readonly string[] {
  return z
    .array(z.string())
    .default([...fallback])
    .parse(config[key]);
}
