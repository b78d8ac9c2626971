import type { KubeObject } from "../../../rehearsal/kube/client.ts";

/** An API server that has these objects, by path. */
export const apiServerWith = (objects: Readonly<Record<string, Partial<KubeObject>>>) => ({
  find: (path: string): Promise<KubeObject | undefined> => {
    const found = objects[path];
    return Promise.resolve(found && { apiVersion: "v1", kind: "", metadata: {}, ...found });
  },
});

/** A pod `law/NAME` of that spec, bound to a node. */
export const podOf = (name: string, spec: Readonly<Record<string, unknown>> = {}, nodeName = "l4-0"): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "law", uid: `uid-${name}` },
  spec: { nodeName, containers: [{ name: "server", image: "example.com/server:1" }], ...spec },
});
