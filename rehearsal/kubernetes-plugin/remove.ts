import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { conditionsOf, field } from "../kube/fields.ts";
import { annotationOf, describe, type Identity } from "./naming.ts";
import { isPassing, pathOrGone } from "./live.ts";
import { relinquish } from "./patch.ts";
import type { Properties } from "../kube/paths.ts";
import { lookSignal, type WaitOptions } from "./wait/index.ts";

const pollMs = 200;

/** What still holds a deleted object: its finalizers, and what a namespace says about its content. */
function whatHolds(object: KubeObject): string {
  const finalizers = [
    ...(object.metadata.finalizers ?? []),
    ...(field(z.array(z.string()), object, "spec", "finalizers") ?? []),
  ];
  const held = object.kind === "Namespace" ? conditionsOf(object).filter(({ status }) => status === "True") : [];
  const messages = held.map(({ message }) => message ?? "");
  return [`finalizers: ${finalizers.join(", ") || "none"}`, ...messages].join("; ");
}

/**
 * Waits until an object that is being deleted is gone. A look that fails because the API server is not well for a moment
 * does not end the wait.
 * @throws Error at the deadline, saying what holds the object, or when the signal aborts the wait.
 */
export async function untilGone(
  client: KubeClient,
  path: string,
  identity: Identity,
  before: KubeObject,
  options: WaitOptions,
): Promise<void> {
  const end = (options.begun ?? performance.now()) + options.deadlineSeconds * 1000;
  let told = "";
  for (;;) {
    let held: string;
    let lost: KubeError | undefined;
    try {
      const object = await client.find(path, lookSignal(options.signal));
      // Another object of the same name may have come in its place.
      if (object === undefined || object.metadata.uid !== before.metadata.uid) return;
      held = whatHolds(object);
    } catch (error) {
      if (isPassing(error)) lost = error;
      else if (!options.signal.aborted) throw error;
      held = lost ? `the last look at it failed: ${lost.message}` : told;
    }
    if (options.signal.aborted)
      throw new Error(
        `Deleting ${describe(identity)} was asked for; the wait until it is gone was cancelled (${held}).`,
      );
    if (performance.now() > end) {
      const late = `${describe(identity)} is still there ${options.deadlineSeconds} s after its deletion was asked for; ${held}.`;
      // Still the error of a server that does not answer, for which deleteUnreachable is meant.
      if (lost) throw new KubeError(lost.status, lost.reason, late);
      throw new Error(`${late} Let its controller finish, or take the finalizer away if the controller is gone.`);
    }
    if (held !== told) options.onProgress(`waiting until it is gone; ${held}`);
    told = held;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

const policies: Readonly<Record<string, string>> = { orphan: "Orphan", background: "Background" };

/** Kinds whose deletion `pulumi.com/skipAwait` does not wait for; for all others it only concerns readiness. */
const deletedWithoutWait = new Set([
  "v1 Namespace",
  "v1 Pod",
  "v1 ReplicationController",
  "apps/v1 DaemonSet",
  "apps/v1 Deployment",
  "apps/v1 StatefulSet",
  "batch/v1 Job",
]);

export interface RemoveOptions extends WaitOptions {
  /** The fields to give up where Kubernetes itself keeps the object for ever. */
  readonly fieldManager: string;
  readonly onKept: (message: string) => void;
}

/**
 * Deletes an object with its dependents and waits until it is gone. The namespaces that Kubernetes itself needs stay; only the
 * program's fields go from them.
 * @throws Error as untilGone does.
 */
export async function remove(
  client: KubeClient,
  identity: Identity,
  state: Properties,
  options: RemoveOptions,
): Promise<void> {
  const { signal } = options;
  const path = await pathOrGone(client, identity);
  if (path === undefined) return;
  const policy = annotationOf(state, "pulumi.com/deletionPropagationPolicy")?.toLowerCase() ?? "";
  const before = await client.find(path, signal);
  if (before === undefined) return;
  // With its uid the request can be sent again: it never meets an object that has come in its place.
  const preconditions = { uid: before.metadata.uid };
  const propagationPolicy = policies[policy] ?? "Foreground";
  try {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy, preconditions };
    await client.request("DELETE", path, { body, signal });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (
      error.status === 404 ||
      (error.status === 409 && (await client.find(path, signal))?.metadata.uid !== before.metadata.uid)
    )
      return;
    if (error.status !== 403 || !error.message.endsWith("this namespace may not be deleted")) throw error;
    await relinquish(client, identity, options.fieldManager, signal);
    options.onKept(`${describe(identity)} cannot be deleted; it stays, without what this stack set on it.`);
    return;
  }
  const kind = `${identity.apiVersion} ${identity.kind}`;
  if (annotationOf(state, "pulumi.com/skipAwait") === "true" && deletedWithoutWait.has(kind)) return;
  await untilGone(client, path, identity, before, options);
}
