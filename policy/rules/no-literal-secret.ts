import type { ResourceValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { isKind, type KubernetesObject } from "../kubernetes-object.ts";
import { readShape, valueAt } from "../known.ts";
import { type PodContainer, podTemplates } from "../pod-spec.ts";
import { objectRule } from "../rule.ts";
import { isLiteral, isSecretName, secretIn } from "../secret-patterns.ts";
import type { Verdict } from "../verdict.ts";

const configMapData = z.record(z.string(), z.string()).nullish();

/** `--flag=value`, `-flag=value` and `NAME=value`. */
const assignment = /^-{0,2}([A-Za-z][\w.-]*)=(.*)$/s;
const flag = /^--?([A-Za-z][\w.-]*)$/;

/** Refuses secrets that are written into pods and ConfigMaps, where everybody who may read those can read them. Prints no secret. */
export function noLiteralSecret(): ResourceValidationPolicy {
  return objectRule(
    {
      name: "no-literal-secret",
      description: "A secret stands in a Secret, and pods refer to it.",
    },
    (object, verdict) => {
      for (const { containers } of podTemplates(object, verdict)) {
        for (const one of containers) {
          checkEnv(object, one, verdict);
          checkWords(object, one, "command", verdict);
          checkWords(object, one, "args", verdict);
        }
      }
      if (isKind(object, "core", "ConfigMap")) checkConfigMap(object, verdict);
    },
  );
}

/** What is wrong with a value under a name, or `undefined`. */
function literalSecret(name: string, value: string): string | undefined {
  const known = secretIn(value);
  if (known !== undefined) return `a literal value that looks like ${known}`;
  return isSecretName(name) && isLiteral(value) ? "a literal value under a name that looks like a secret's" : undefined;
}

const podFix = "put the value into a Secret, and refer to it with env valueFrom.secretKeyRef or mount it as a file";

function checkEnv(object: KubernetesObject, { at, container }: PodContainer, verdict: Verdict): void {
  verdict.each(
    () => container.env,
    (variable) => {
      const name = variable.name ?? "";
      const found = literalSecret(name, variable.value ?? "");
      if (found === undefined) return;
      verdict.refuse(object, { at: `${at}, env ${name}`, found, allowed: "valueFrom.secretKeyRef", fix: podFix });
    },
  );
}

/** A flag's value may be the next word of the list. */
function checkWords(
  object: KubernetesObject,
  { at, container }: PodContainer,
  field: "args" | "command",
  verdict: Verdict,
): void {
  verdict.each(
    () => container[field],
    (text, index) => {
      const [, name = "", value = ""] = assignment.exec(text) ?? [];
      const found = literalSecret(name, value) ?? literalSecret("", text) ?? separateValue(container[field], index);
      if (found === undefined) return;
      verdict.refuse(object, {
        at: `${at}, ${field}[${index}]`,
        found,
        allowed: "$(NAME) of a variable that is filled from a Secret",
        fix: podFix,
      });
    },
  );
}

function separateValue(words: readonly string[] | null | undefined, index: number): string | undefined {
  const name = flag.exec(words?.[index] ?? "")?.[1];
  if (name === undefined || !isSecretName(name)) return undefined;
  const value = words?.[index + 1] ?? "";
  // A value with a pattern of its own is reported at its own place.
  if (flag.test(value) || secretIn(value) !== undefined) return undefined;
  return literalSecret(name, value);
}

function checkConfigMap(object: KubernetesObject, verdict: Verdict): void {
  const data = verdict.attempt(() => valueAt(object.body, ["data"]));
  const shape = readShape(configMapData, data);
  if (!("value" in shape)) {
    verdict.refuse(object, {
      at: "data",
      found: shape.problems.join("; "),
      allowed: "texts by name",
      fix: "correct these entries, since no rule can read them as they are",
    });
    return;
  }
  const entries = shape.value ?? {};
  for (const name of Object.keys(entries)) {
    verdict.attempt(() => {
      const found = literalSecret(name, entries[name] ?? "");
      if (found === undefined) return;
      verdict.refuse(object, {
        at: `data["${name}"]`,
        found,
        allowed: "data that everybody who may read the namespace may know",
        fix: "move the entry to a Secret",
      });
    });
  }
}
