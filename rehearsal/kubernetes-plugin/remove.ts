import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { conditionsOf, field } from "../kube/fields.ts";
import { annotationOf, describe, type Identity } from "./naming.ts";
import { isPassing, pathOrGone } from "./live.ts";
import type { Properties } from "../kube/paths.ts";
import type { WaitOptions } from "./wait/index.ts";

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
  const end = (options.begun ?? Date.now()) + options.deadlineSeconds * 1000;
  let told = "";
  for (;;) {
    let held: string;
    let lost: KubeError | undefined;
    try {
      const object = await client.find(path);
      // Another object of the same name may have come in its place.
      if (object === undefined || object.metadata.uid !== before.metadata.uid) return;
      held = whatHolds(object);
    } catch (error) {
      if (!isPassing(error)) throw error;
      lost = error;
      held = `the last look at it failed: ${error.message}`;
    }
    if (options.signal.aborted)
      throw new Error(
        `Deleting ${describe(identity)} was asked for; the wait until it is gone was cancelled (${held}).`,
      );
    if (Date.now() > end) {
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

/**
 * Deletes an object with its dependents and waits until it is gone.
 * @throws Error as untilGone does.
 */
export async function remove(
  client: KubeClient,
  identity: Identity,
  state: Properties,
  options: WaitOptions,
): Promise<void> {
  const path = await pathOrGone(client, identity);
  if (path === undefined) return;
  const propagationPolicy = annotationOf(state, "pulumi.com/deletionPropagationPolicy") ?? "Foreground";
  const before = await client.find(path);
  if (before === undefined) return;
  try {
    await client.request("DELETE", path, { body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy } });
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return;
    throw error;
  }
  if (annotationOf(state, "pulumi.com/skipAwait") === "true") return;
  await untilGone(client, path, identity, before, options);
}
