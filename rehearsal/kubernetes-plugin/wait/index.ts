import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { isPassing } from "../live.ts";
import { annotationOf } from "../naming.ts";
import { askedFor } from "./asked.ts";
import { customResourceDefinition } from "./definition.ts";
import { ingress } from "./ingress.ts";
import { pod } from "./pods.ts";
import { resourceQuota, tokenSecret } from "./filled-in.ts";
import { service } from "./service.ts";
import { type Awaiter, ready, type Verdict, waiting } from "./verdict.ts";
import { volume, volumeClaim } from "./volumes.ts";
import { daemonSet, deployment, job, replicationController, statefulSet } from "./workloads.ts";

/** Kinds that take time to be ready, by API version and kind. Everything else is ready once the API server has it. */
const awaiters: Readonly<Record<string, Awaiter>> = {
  "apps/v1 Deployment": deployment,
  "apps/v1 DaemonSet": daemonSet,
  "apps/v1 StatefulSet": statefulSet,
  "batch/v1 Job": job,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": customResourceDefinition,
  "networking.k8s.io/v1 Ingress": ingress,
  "v1 PersistentVolume": volume,
  "v1 PersistentVolumeClaim": volumeClaim,
  "v1 Pod": pod,
  "v1 ReplicationController": replicationController,
  "v1 ResourceQuota": resourceQuota,
  "v1 Secret": tokenSecret,
  "v1 Service": service,
};

/** Kinds that a refresh judges, too: those that can become unready again. */
const judgedWhenRead = new Set([
  "apps/v1 Deployment",
  "apps/v1 DaemonSet",
  "apps/v1 StatefulSet",
  "batch/v1 Job",
  "networking.k8s.io/v1 Ingress",
  "v1 Pod",
  "v1 Service",
]);

/** Seconds to wait where neither the resource's customTimeouts nor its annotation says otherwise. */
const defaultDeadlineSeconds = 600;
const pollMs = 250;

/** The engine's timeout (seconds, 0 when the program gives none), else the annotation, else ten minutes. */
export function deadlineSeconds(requested: number, object: Record<string, unknown>): number {
  const annotated = Number(annotationOf(object, "pulumi.com/timeoutSeconds"));
  return requested > 0 ? requested : annotated > 0 ? annotated : defaultDeadlineSeconds;
}

const kindOf = ({ apiVersion, kind }: KubeObject) => `${apiVersion} ${kind}`;

/** @throws Error when the annotation that says what to wait for cannot be read. */
function awaiterOf(object: KubeObject): Awaiter | undefined {
  if (annotationOf(object, "pulumi.com/skipAwait") === "true") return undefined;
  const asked = annotationOf(object, "pulumi.com/waitFor");
  return asked === undefined ? awaiters[kindOf(object)] : askedFor(asked);
}

export interface WaitOptions {
  /** Counted from `begun`. */
  readonly deadlineSeconds: number;
  /** When the operation began, on the clock of `performance.now()`, which no change of the machine's time moves. Default: now. */
  readonly begun?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

const lastLookMs = 2000;

/** What ends a look at an object: a cancelled wait takes a last one, which must not take long. */
export const lookSignal = (signal: AbortSignal): AbortSignal =>
  signal.aborted ? AbortSignal.timeout(lastLookMs) : signal;

export interface Waited {
  /** The object as it was seen last. */
  readonly object: KubeObject;
  /** Why it is not ready; empty when it is. */
  readonly problems: readonly string[];
}

/** One look, without asking for reasons. */
export async function isReady(client: KubeClient, object: KubeObject): Promise<boolean> {
  const verdict = await awaiterOf(object)?.judge(object, client);
  return verdict === undefined || verdict.state === "ready";
}

/** One look at an object that a refresh reads, where its kind is one to judge then. */
export async function judgeRead(client: KubeClient, object: KubeObject): Promise<Waited> {
  const awaiter = judgedWhenRead.has(kindOf(object)) ? awaiterOf(object) : undefined;
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
  const end = (options.begun ?? performance.now()) + options.deadlineSeconds * 1000;
  let object: KubeObject | undefined = created;
  let last = created;
  let told = "";
  for (;;) {
    let verdict: Verdict;
    try {
      object ??= await client.find(path, lookSignal(options.signal));
      if (object === undefined) return { object: last, problems: ["it was deleted while it was waited for"] };
      last = object;
      verdict = await awaiter.judge(last, client, created);
    } catch (error) {
      if (isPassing(error)) verdict = waiting(`the last look at it failed: ${error.message}`);
      else if (options.signal.aborted) verdict = waiting(told || "it was not looked at again");
      else throw error;
    }
    if (verdict.state === "ready") return { object: last, problems: [] };
    if (verdict.state === "failed")
      return { object: last, problems: [verdict.message, ...(await reasonsOf(awaiter, last, client))] };
    if (options.signal.aborted) return { object: last, problems: [`the wait was cancelled: ${verdict.message}`] };
    if (performance.now() >= end) {
      const late = `not ready after ${options.deadlineSeconds} s: ${verdict.message}`;
      return { object: last, problems: [late, ...(await reasonsOf(awaiter, last, client))] };
    }
    if (verdict.message !== told) options.onProgress(verdict.message);
    told = verdict.message;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
    object = undefined;
  }
}
