import { z } from "zod";
import type { KubeObject } from "./client.ts";
import { field } from "./fields.ts";

const portSchema = z.union([z.number(), z.string()]);

const probeSchema = z.object({
  httpGet: z.object({ path: z.string().default("/"), port: portSchema }).optional(),
  grpc: z.object({ port: z.number() }).optional(),
  tcpSocket: z.object({ port: portSchema }).optional(),
  // The API server fills these in; the values here are its own defaults.
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  failureThreshold: z.number().default(3),
});
export type Probe = z.infer<typeof probeSchema>;

const containerSchema = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  // A value taken from a secret or a field is not in the pod object.
  env: z.array(z.object({ name: z.string(), value: z.string().default("") })).default([]),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
  startupProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
});
export type Container = z.infer<typeof containerSchema>;

const containersSchema = z.array(containerSchema);

/** Containers of a pod. */
export const containersOf = (pod: KubeObject): readonly Container[] =>
  field(containersSchema, pod, "spec", "containers") ?? [];

/** Containers of the pods that a workload makes. */
export const templateContainersOf = (workload: KubeObject): readonly Container[] =>
  field(containersSchema, workload, "spec", "template", "spec", "containers") ?? [];

/** `namespace/name`, or the name alone. */
export const nameOf = ({ metadata }: KubeObject): string =>
  metadata.namespace === undefined ? `${metadata.name}` : `${metadata.namespace}/${metadata.name}`;
