import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { isPassing } from "../live.ts";
import { annotationOf } from "../naming.ts";
import { customResourceDefinition } from "./definition.ts";
import { service } from "./service.ts";
import { type Awaiter, ready, type Verdict, waiting } from "./verdict.ts";
import { volumeClaim } from "./volume-claim.ts";
import { daemonSet, deployment, job, statefulSet } from "./workloads.ts";

/** Kinds that take time to be ready, by API version and kind. Everything else is ready once the API server has it. */
const awaiters: Readonly<Record<string, Awaiter>> = {
  "apps/v1 Deployment": deployment,
  "apps/v1 DaemonSet": daemonSet,
  "apps/v1 StatefulSet": statefulSet,
  "batch/v1 Job": job,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": customResourceDefinition,
  "v1 Service": service,
  "v1 PersistentVolumeClaim": volumeClaim,
};

/** Seconds to wait where neither the resource's customTimeouts nor its annotation says otherwise. */
const defaultDeadlineSeconds = 600;
const pollMs = 250;

/** The engine's timeout (seconds, 0 when the program gives none), else the annotation, else ten minutes. */
export function deadlineSeconds(requested: number, object: Record<string, unknown>): number {
  const annotated = Number(annotationOf(object, "pulumi.com/timeoutSeconds"));
  return requested > 0 ? requested : annotated > 0 ? annotated : defaultDeadlineSeconds;
}

function awaiterOf(object: KubeObject): Awaiter | undefined {
  return annotationOf(object, "pulumi.com/skipAwait") === "true"
    ? undefined
    : awaiters[`${object.apiVersion} ${object.kind}`];
}

export interface WaitOptions {
  /** Counted from `begun`. */
  readonly deadlineSeconds: number;
  /** When the operation began, in milliseconds since 1970. Default: now. */
  readonly begun?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export interface Waited {
  /** The object as it was seen last. */
  readonly object: KubeObject;
  /** Why it is not ready; empty when it is. */
  readonly problems: readonly string[];
}

/** One look, without waiting. */
export async function judge(client: KubeClient, object: KubeObject): Promise<Waited> {
  const awaiter = awaiterOf(object);
  const verdict = (await awaiter?.judge(object, client)) ?? ready;
  if (awaiter === undefined || verdict.state === "ready") return { object, problems: [] };
  return { object, problems: [verdict.message, ...(await awaiter.reasons(object, client))] };
}

/** The reasons for a wait's end; none where the API server cannot be asked just now. */
async function reasonsOf(awaiter: Awaiter, object: KubeObject, client: KubeClient): Promise<readonly string[]> {
  return awaiter.reasons(object, client).catch((error: unknown) => {
    if (isPassing(error)) return [];
    throw error;
  });
}

/**
 * Waits until an object is ready, has failed for good, the deadline has passed, or the signal aborts. A look that fails
 * because the API server is not well for a moment does not end the wait.
 */
export async function untilReady(
  client: KubeClient,
  path: string,
  created: KubeObject,
  options: WaitOptions,
): Promise<Waited> {
  const awaiter = awaiterOf(created);
  if (awaiter === undefined) return { object: created, problems: [] };
  const end = (options.begun ?? Date.now()) + options.deadlineSeconds * 1000;
  let object: KubeObject | undefined = created;
  let last = created;
  let told = "";
  for (;;) {
    let verdict: Verdict;
    try {
      object ??= await client.find(path);
      if (object === undefined) return { object: last, problems: ["it was deleted while it was waited for"] };
      last = object;
      verdict = await awaiter.judge(last, client, created);
    } catch (error) {
      if (!isPassing(error)) throw error;
      verdict = waiting(`the last look at it failed: ${error.message}`);
    }
    if (verdict.state === "ready") return { object: last, problems: [] };
    if (verdict.state === "failed")
      return { object: last, problems: [verdict.message, ...(await reasonsOf(awaiter, last, client))] };
    if (options.signal.aborted) return { object: last, problems: [`the wait was cancelled: ${verdict.message}`] };
    if (Date.now() >= end) {
      const late = `not ready after ${options.deadlineSeconds} s: ${verdict.message}`;
      return { object: last, problems: [late, ...(await reasonsOf(awaiter, last, client))] };
    }
    if (verdict.message !== told) options.onProgress(verdict.message);
    told = verdict.message;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
    object = undefined;
  }
}
