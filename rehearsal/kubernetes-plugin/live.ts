import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import type { Identity } from "./naming.ts";

/** The URL path of an object. @throws KubeError 404 "UnknownKind" when the API server does not serve the kind. */
export async function pathOfObject(
  client: KubeClient,
  { apiVersion, kind, namespace, name }: Identity,
): Promise<string> {
  return client.pathOf(apiVersion, kind, namespace, name);
}

/** Like pathOfObject, but undefined when the API server no longer serves the kind: no object of it can exist then. */
export async function pathOrGone(client: KubeClient, identity: Identity): Promise<string | undefined> {
  try {
    return await pathOfObject(client, identity);
  } catch (error) {
    if (error instanceof KubeError && error.reason === "UnknownKind") return undefined;
    throw error;
  }
}

export async function findObject(
  client: KubeClient,
  identity: Identity,
  signal?: AbortSignal,
): Promise<KubeObject | undefined> {
  const path = await pathOrGone(client, identity);
  return path === undefined ? undefined : client.find(path, signal);
}

/** True for an error that a later request may not meet: no answer at all, or a server that is not well. */
export function isPassing(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.status === 0 || error.status >= 500);
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof KubeError && error.status === 0;
}
