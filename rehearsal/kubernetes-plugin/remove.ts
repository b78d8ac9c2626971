import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { conditionsOf, field } from "../kube/fields.ts";
import { annotationOf, describe, type Identity } from "./naming.ts";
import { pathOrGone } from "./live.ts";
import type { Properties } from "../kube/paths.ts";

const pollMs = 200;

export interface RemoveOptions {
  readonly deadlineSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

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
 * Deletes an object with its dependents and waits until it is gone.
 * @throws Error at the deadline, saying what holds the object, or when the signal aborts the wait.
 */
export async function remove(
  client: KubeClient,
  identity: Identity,
  state: Properties,
  options: RemoveOptions,
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
  const end = Date.now() + options.deadlineSeconds * 1000;
  let told = "";
  for (;;) {
    const object = await client.find(path);
    // Another object of the same name may have come in its place.
    if (object === undefined || object.metadata.uid !== before.metadata.uid) return;
    const held = whatHolds(object);
    if (options.signal.aborted)
      throw new Error(
        `Deleting ${describe(identity)} was asked for; the wait until it is gone was cancelled (${held}).`,
      );
    if (Date.now() > end) {
      throw new Error(
        `${describe(identity)} is still there ${options.deadlineSeconds} s after its deletion was asked for; ${held}. ` +
          `Let its controller finish, or take the finalizer away if the controller is gone.`,
      );
    }
    if (held !== told) options.onProgress(`waiting until it is gone; ${held}`);
    told = held;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
