import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { annotationOf } from "../naming.ts";
import { service } from "./service.ts";
import { type Awaiter, ready, type Verdict } from "./verdict.ts";
import { volumeClaim } from "./volume-claim.ts";
import { daemonSet, deployment, job, statefulSet } from "./workloads.ts";

/** Kinds that take time to be ready, by API version and kind. Everything else is ready once the API server has it. */
const awaiters: Readonly<Record<string, Awaiter>> = {
  "apps/v1 Deployment": deployment,
  "apps/v1 DaemonSet": daemonSet,
  "apps/v1 StatefulSet": statefulSet,
  "batch/v1 Job": job,
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
  readonly deadlineSeconds: number;
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

/** Waits until an object is ready, has failed for good, the deadline has passed, or the signal aborts. */
export async function untilReady(
  client: KubeClient,
  path: string,
  created: KubeObject,
  options: WaitOptions,
): Promise<Waited> {
  const awaiter = awaiterOf(created);
  if (awaiter === undefined) return { object: created, problems: [] };
  const end = Date.now() + options.deadlineSeconds * 1000;
  let object = created;
  let told = "";
  for (;;) {
    const verdict: Verdict = await awaiter.judge(object, client);
    if (verdict.state === "ready") return { object, problems: [] };
    if (verdict.state === "failed")
      return { object, problems: [verdict.message, ...(await awaiter.reasons(object, client))] };
    if (options.signal.aborted) return { object, problems: [`the wait was cancelled: ${verdict.message}`] };
    if (Date.now() >= end) {
      const late = `not ready after ${options.deadlineSeconds} s: ${verdict.message}`;
      return { object, problems: [late, ...(await awaiter.reasons(object, client))] };
    }
    if (verdict.message !== told) options.onProgress(verdict.message);
    told = verdict.message;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
    const seen = await client.find(path);
    if (seen === undefined) return { object, problems: ["it was deleted while it was waited for"] };
    object = seen;
  }
}
