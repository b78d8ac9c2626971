import { z } from "zod";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { conditionsOf, field, textField } from "../../kube/fields.ts";
import { type Awaiter, failed, ready, waiting } from "./verdict.ts";

/** More than these would hide the first ones. */
const maxReasons = 5;

const selectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});

/** A label selector of a workload as the API server's query text. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: z.infer<typeof selectorSchema>): string {
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(",");
}

const stateSchema = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  terminated: z
    .object({ reason: z.string().optional(), message: z.string().optional(), exitCode: z.number() })
    .optional(),
});
const containersSchema = z.array(
  z.object({ name: z.string(), state: stateSchema.optional(), lastState: stateSchema.optional() }),
);
type ContainerStatus = z.infer<typeof containersSchema>[number];

const withMessage = (head: string, message: string | undefined) =>
  message === undefined || message === "" ? head : `${head}: ${message}`;

function containerReason({ state, lastState }: ContainerStatus): string | undefined {
  const last = lastState?.terminated;
  const ended = last && `last run ended with exit code ${last.exitCode} (${last.reason ?? "unknown reason"})`;
  if (state?.waiting?.reason !== undefined && state.waiting.reason !== "ContainerCreating") {
    return withMessage(state.waiting.reason, [state.waiting.message, ended].filter(Boolean).join("; "));
  }
  if (state?.terminated && state.terminated.exitCode !== 0) {
    return withMessage(
      `exit code ${state.terminated.exitCode} (${state.terminated.reason ?? "unknown reason"})`,
      state.terminated.message,
    );
  }
  return undefined;
}

/** Why a pod is not ready, in the words of the scheduler or the kubelet; undefined where it is ready or says nothing. */
export function podReason(pod: KubeObject): string | undefined {
  const conditions = conditionsOf(pod);
  if (conditions.some(({ type, status }) => type === "Ready" && status === "True")) return undefined;
  if (pod.status?.["phase"] === "Succeeded") return undefined;
  const head = `Pod ${pod.metadata.name ?? ""}`;
  const unscheduled = conditions.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled) return withMessage(`${head}: ${unscheduled.reason ?? "not scheduled"}`, unscheduled.message);
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap(
    (key) => field(containersSchema, pod, "status", key) ?? [],
  );
  for (const status of statuses) {
    const trouble = containerReason(status);
    if (trouble !== undefined) return `${head}, container ${status.name}: ${trouble}`;
  }
  const reason = textField(pod, "status", "reason");
  if (reason !== undefined) return withMessage(`${head}: ${reason}`, textField(pod, "status", "message"));
  const notReady = conditions.find(({ type, status }) => type === "Ready" && status === "False");
  return notReady ? withMessage(`${head}: not ready`, notReady.message) : undefined;
}

/** Reasons of the pods that a workload's selector names. */
export async function podReasons(object: KubeObject, client: KubeClient): Promise<readonly string[]> {
  const labelSelector = selectorText(field(selectorSchema, object, "spec", "selector") ?? {});
  if (labelSelector === "") return [];
  const { items } = await client.list(await client.pathOf("v1", "Pod", object.metadata.namespace), { labelSelector });
  return items.flatMap((pod) => podReason(pod) ?? []).slice(0, maxReasons);
}

/** The warnings that controllers noted as events about an object: a refused admission, a volume that cannot be made. */
export async function warningEvents(object: KubeObject, client: KubeClient): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.uid=${object.metadata.uid ?? ""},type=Warning`;
  const { items } = await client.list(await client.pathOf("v1", "Event", object.metadata.namespace), { fieldSelector });
  const messages = items.map((event) => `${String(event["reason"])}: ${String(event["message"])}`);
  return [...new Set(messages)].slice(-maxReasons);
}

/** Pods first, then events: what most workloads have to say. */
export async function workloadReasons(object: KubeObject, client: KubeClient): Promise<readonly string[]> {
  return [...(await podReasons(object, client)), ...(await warningEvents(object, client))];
}

/** A Pod of its own. Ready when it says so, or when it has done its work; one that has failed never comes back. */
export const pod: Awaiter = {
  judge: (object) => {
    const phase = textField(object, "status", "phase");
    const isReady = conditionsOf(object).some(({ type, status }) => type === "Ready" && status === "True");
    if (isReady || phase === "Succeeded") return ready;
    const reason = podReason(object);
    return phase === "Failed" ? failed(reason ?? "the pod failed") : waiting(reason ?? "the pod is not ready yet");
  },
  reasons: warningEvents,
};
