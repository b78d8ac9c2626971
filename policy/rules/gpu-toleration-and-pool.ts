import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PodContainer, PodTemplate } from "../pod-spec.ts";
import { podRule } from "../rule.ts";
import type { Verdict } from "../verdict.ts";

/** The taint that the kit's GPU pools carry. */
const taint = { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" };
const poolLabel = "polymath.dev/pool";

/** Refuses pods that ask for a GPU but cannot land on the pool they are planned for. */
export function gpuTolerationAndPool(): ResourceValidationPolicy {
  return podRule(
    {
      name: "gpu-toleration-and-pool",
      description: "A pod that asks for a GPU tolerates the GPU taint, names its pool, and limits what it requests.",
    },
    (template, verdict) => {
      const asking = template.containers.filter((one) => verdict.attempt(() => gpuNames(one).length > 0) === true);
      for (const one of asking) checkCounts(template, one, verdict);
      if (asking.length > 0) checkPlacement(template, verdict);
    },
  );
}

/** The GPU resources that a container limits or requests: whole GPUs, shared ones, and MIG slices. */
function gpuNames({ container }: PodContainer): readonly string[] {
  const { limits, requests } = container.resources ?? {};
  const asked = [...Object.entries(limits ?? {}), ...Object.entries(requests ?? {})];
  const names = asked.filter(([name, count]) => isGpu(name) && Number(count) !== 0).map(([name]) => name);
  return [...new Set(names)];
}

function isGpu(resource: string): boolean {
  return (
    resource === "nvidia.com/gpu" || resource === "nvidia.com/gpu.shared" || resource.startsWith("nvidia.com/mig-")
  );
}

function checkCounts({ object }: PodTemplate, one: PodContainer, verdict: Verdict): void {
  for (const name of gpuNames(one)) {
    verdict.attempt(() => {
      const limit = one.container.resources?.limits?.[name];
      const request = one.container.resources?.requests?.[name];
      if (limit !== undefined && (request === undefined || String(request) === String(limit))) return;
      verdict.refuse(object, {
        at: one.at,
        found: `${name} limit ${limit ?? "absent"} and request ${request ?? "absent"}`,
        allowed: "a limit, and a request that equals it or is absent",
        fix: `set resources.limits["${name}"] to the number of GPUs, and remove the request`,
      });
    });
  }
}

function checkPlacement({ object, at, spec }: PodTemplate, verdict: Verdict): void {
  verdict.attempt(() => {
    if (spec.tolerations?.some(toleratesGpuTaint) === true) return;
    verdict.refuse(object, {
      at,
      found: `a GPU limit without a toleration of the taint ${taint.key}=${taint.value}:${taint.effect}`,
      allowed: `a toleration with key ${taint.key}, operator Exists, effect ${taint.effect}`,
      fix: "add this toleration, since no GPU node takes the pod without it",
    });
  });
  verdict.attempt(() => {
    const pool = spec.nodeSelector?.[poolLabel] ?? "";
    if (pool !== "") return;
    verdict.refuse(object, {
      at,
      found: `a GPU limit without nodeSelector ${poolLabel}`,
      allowed: `nodeSelector ${poolLabel} with the name of a pool`,
      fix: `add nodeSelector ${poolLabel}, since the pod can otherwise take any GPU node`,
    });
  });
}

type Toleration = NonNullable<PodTemplate["spec"]["tolerations"]>[number];

/** As the scheduler decides it: an empty key with Exists tolerates every taint, an empty effect every effect; the operator is Equal by default. */
function toleratesGpuTaint(toleration: Toleration): boolean {
  const { key, value, effect } = toleration;
  const operator = toleration.operator || "Equal";
  if (effect && effect !== taint.effect) return false;
  if (operator === "Exists") return !key || key === taint.key;
  return operator === "Equal" && key === taint.key && (value ?? "") === taint.value;
}
