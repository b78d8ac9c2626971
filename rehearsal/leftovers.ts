import { z } from "zod";
import { KubeError, type KubeClient } from "./kube/client.ts";

const stateSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          type: z.string(),
          custom: z.boolean().optional(),
          outputs: z
            .object({
              apiVersion: z.string().optional(),
              kind: z.string().optional(),
              metadata: z.object({ name: z.string(), namespace: z.string().optional() }).optional(),
            })
            .optional(),
        }),
      )
      .default([]),
  }),
});

/** One Kubernetes object of a stack. */
export interface StackObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The Kubernetes objects in an exported Pulumi state. */
export function objectsIn(exported: string): readonly StackObject[] {
  const { deployment } = stateSchema.parse(JSON.parse(exported));
  return deployment.resources.flatMap(({ custom, outputs }) =>
    custom && outputs?.apiVersion !== undefined && outputs.kind !== undefined && outputs.metadata
      ? [
          {
            apiVersion: outputs.apiVersion,
            kind: outputs.kind,
            namespace: outputs.metadata.namespace,
            name: outputs.metadata.name,
          },
        ]
      : [],
  );
}

/** Those of the objects that the API server still has. */
export async function stillThere(client: KubeClient, objects: readonly StackObject[]): Promise<readonly StackObject[]> {
  const found = await Promise.all(
    objects.map(async ({ apiVersion, kind, namespace, name }) => {
      try {
        return (await client.find(await client.pathOf(apiVersion, kind, namespace, name))) !== undefined;
      } catch (error) {
        if (error instanceof KubeError && error.reason === "UnknownKind") return false;
        throw error;
      }
    }),
  );
  return objects.filter((_, index) => found[index]);
}
