import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, type KubeClient, type KubeObject } from "./client.ts";

export interface FollowHandlers {
  /** The object is new or has changed. May be called again with an object already seen. */
  readonly onChange: (object: KubeObject) => void;
  readonly onGone: (object: KubeObject) => void;
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
const retryMs = 500;

/** Whether an error is the connection's or the server's; anything else is a mistake of a handler. */
const isServers = (error: unknown) =>
  error instanceof KubeError || (error instanceof Error && ("code" in error || error.name === "AbortError"));

/**
 * Follows a collection until the signal aborts: lists, watches, and lists again after any break, so that nothing is missed while the API
 * server was away.
 * @throws what a handler throws.
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
      // An object of the same name with another uid is another object.
      for (const [key, object] of known)
        if (listed.get(key)?.metadata.uid !== object.metadata.uid) handlers.onGone(object);
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
    } catch (error) {
      if (signal.aborted) return;
      if (!isServers(error)) throw error;
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
