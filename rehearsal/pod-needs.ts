import { z } from "zod";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { field } from "./kube/fields.ts";

const reference = z.object({
  name: z.string().default(""),
  key: z.string().optional(),
  optional: z.boolean().default(false),
});
const envSchema = z.array(
  z.object({
    valueFrom: z.object({ secretKeyRef: reference.optional(), configMapKeyRef: reference.optional() }).optional(),
  }),
);
const envFromSchema = z.array(z.object({ secretRef: reference.optional(), configMapRef: reference.optional() }));
const volumesSchema = z.array(
  z.object({
    name: z.string(),
    secret: z.object({ secretName: z.string(), optional: z.boolean().default(false) }).optional(),
    configMap: z.object({ name: z.string(), optional: z.boolean().default(false) }).optional(),
    persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
  }),
);

/** A Secret or ConfigMap that a pod refers to, and the key it wants of it. */
interface Reference {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly key?: string;
}

const paths = { Secret: "secrets", ConfigMap: "configmaps" } as const;

/** What a container's variables come from, optional ones left out. */
export function variablesOf(pod: KubeObject, container: number): readonly Reference[] {
  const of = (list: string) => ["spec", "containers", container, list] as const;
  const single = (field(envSchema, pod, ...of("env")) ?? []).map(({ valueFrom }) => valueFrom ?? {});
  const whole = (field(envFromSchema, pod, ...of("envFrom")) ?? []).map(({ secretRef, configMapRef }) => ({
    secretKeyRef: secretRef,
    configMapKeyRef: configMapRef,
  }));
  return [...single, ...whole].flatMap(({ secretKeyRef, configMapKeyRef }) => [
    ...referenceTo("Secret", secretKeyRef),
    ...referenceTo("ConfigMap", configMapKeyRef),
  ]);
}

const referenceTo = (kind: Reference["kind"], to: z.infer<typeof reference> | undefined): readonly Reference[] =>
  to === undefined || to.optional ? [] : [{ kind, name: to.name, ...(to.key !== undefined && { key: to.key }) }];

/** Names of the claims that a pod's volumes come from. */
export const claimsOf = (pod: KubeObject): readonly string[] =>
  (field(volumesSchema, pod, "spec", "volumes") ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
  );

/** Names of the Secrets that a pod's images are pulled with. */
export const pullSecretsOf = (pod: KubeObject): readonly string[] =>
  (field(z.array(z.object({ name: z.string() })), pod, "spec", "imagePullSecrets") ?? []).map(({ name }) => name);

/** Reads what pods refer to from the API server, and says in kubelet's words what is missing. */
export class PodNeeds {
  readonly #client: Pick<KubeClient, "find">;

  constructor(client: Pick<KubeClient, "find">) {
    this.#client = client;
  }

  #find(pod: KubeObject, { kind, name }: Reference): Promise<KubeObject | undefined> {
    return this.#client.find(`/api/v1/namespaces/${pod.metadata.namespace}/${paths[kind]}/${name}`);
  }

  /** The first variable of a container that cannot be filled in. */
  async missingVariable(pod: KubeObject, container: number): Promise<string | undefined> {
    for (const wanted of variablesOf(pod, container)) {
      const found = await this.#find(pod, wanted);
      if (!found) return `${wanted.kind.toLowerCase()} "${wanted.name}" not found`;
      const keys = Object.keys(field(z.record(z.string(), z.unknown()), found, "data") ?? {});
      if (wanted.key !== undefined && !keys.includes(wanted.key))
        return `couldn't find key ${wanted.key} in ${wanted.kind} ${pod.metadata.namespace}/${wanted.name}`;
    }
    return undefined;
  }

  /** The first volume of a pod whose Secret or ConfigMap is not there. */
  async missingVolume(pod: KubeObject): Promise<string | undefined> {
    for (const { name, secret, configMap } of field(volumesSchema, pod, "spec", "volumes") ?? []) {
      const wanted: readonly Reference[] = [
        ...(secret && !secret.optional ? [{ kind: "Secret" as const, name: secret.secretName }] : []),
        ...(configMap && !configMap.optional ? [{ kind: "ConfigMap" as const, name: configMap.name }] : []),
      ];
      for (const one of wanted) {
        if (!(await this.#find(pod, one)))
          return `MountVolume.SetUp failed for volume "${name}" : ${one.kind.toLowerCase()} "${one.name}" not found`;
      }
    }
    return undefined;
  }

  /** Whether one of a pod's pull secrets is there. */
  async hasPullSecret(pod: KubeObject): Promise<boolean> {
    for (const name of pullSecretsOf(pod)) if (await this.#find(pod, { kind: "Secret", name })) return true;
    return false;
  }
}
