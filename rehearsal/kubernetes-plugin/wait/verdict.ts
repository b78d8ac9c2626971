import { isDeepStrictEqual } from "node:util";
import type { KubeClient, KubeObject } from "../../kube/client.ts";
import { type Condition, conditionsOf, numberField } from "../../kube/fields.ts";

/** How far an object has come. "failed" is final: waiting longer would not help. */
export type Verdict =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly message: string }
  | { readonly state: "failed"; readonly message: string };

/** How to tell whether objects of one kind are ready, and where to look for the reason when they are not. */
export interface Awaiter {
  /** @param atStart the object when the wait began; left out where there is no wait, only one look. */
  readonly judge: (object: KubeObject, client: KubeClient, atStart?: KubeObject) => Verdict | Promise<Verdict>;
  /** Reasons in the words of the cluster, the most telling first. May be empty. */
  readonly reasons: (object: KubeObject, client: KubeClient) => Promise<readonly string[]>;
}

export const ready: Verdict = { state: "ready" };
export const waiting = (message: string): Verdict => ({ state: "waiting", message });
export const failed = (message: string): Verdict => ({ state: "failed", message });

/** A number of the status; 0 when absent, as the API server leaves zeros out. */
export function count(object: KubeObject, name: string): number {
  return numberField(object, "status", name) ?? 0;
}

/** True once the controller has seen the newest spec. */
export function isObserved(object: KubeObject): boolean {
  return count(object, "observedGeneration") >= (object.metadata.generation ?? 0);
}

/**
 * True for a condition that stood so before the wait began: it judges what was there before this change. Compared with the
 * object at the start, not with a clock, as the cluster's may be another.
 */
export function isOld(condition: Condition, atStart: KubeObject | undefined): boolean {
  return conditionsOf(atStart).some((before) => isDeepStrictEqual(before, condition));
}
