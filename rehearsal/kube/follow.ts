import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, type KubeClient, type KubeObject } from "./client.ts";

export interface FollowHandlers {
  /** The object is new or has changed. May be called again with an object already seen. */
  readonly onChange: (object: KubeObject) => void;
  readonly onGone: (object: KubeObject) => void;
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

/**
 * Follows a collection until the signal aborts: lists, watches, and lists again after any break, so that nothing is
 * missed while the API server was away. Errors other than an abort are retried after half a second.
 */
export async function follow(
  client: KubeClient,
  path: string,
  handlers: FollowHandlers,
  signal: AbortSignal,
): Promise<void> {
  let known = new Map<string, KubeObject>();
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await client.list(path);
      const listed = new Map(items.map((item) => [keyOf(item), item]));
      for (const [key, object] of known) if (!listed.has(key)) handlers.onGone(object);
      known = listed;
      for (const object of items) handlers.onChange(object);
      await client.watch(
        path,
        { resourceVersion, allowWatchBookmarks: "true" },
        ({ type, object }) => {
          if (type === "BOOKMARK") return;
          if (type === "ERROR") throw new KubeError(410, "Expired", "the watch fell behind");
          if (type === "DELETED") {
            known.delete(keyOf(object));
            handlers.onGone(object);
          } else {
            known.set(keyOf(object), object);
            handlers.onChange(object);
          }
        },
        signal,
      );
    } catch {
      if (signal.aborted) return;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }
}
