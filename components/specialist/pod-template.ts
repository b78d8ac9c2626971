import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { label, labels, zoneLabel } from "../../plan/names.ts";
import type { Serving } from "../../plan/serving.ts";
import { credentialSecret, pullSecret } from "../domain-namespace/credentials.ts";
import { gpuTaint } from "../gpu-node-pool/labels.ts";

export interface PodTemplateInput {
  readonly serving: Serving;
  readonly labels: Readonly<Record<string, string>>;
  readonly pool: string;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly replicas: number;
  readonly claim: pulumi.Input<string>;
  readonly account: pulumi.Input<string>;
}

const probePeriodSeconds = 10;

const probe = (path: string, failureThreshold: number) => ({
  httpGet: { path, port: "http" },
  periodSeconds: probePeriodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});

/** Volume name of a writable path: `/home/vllm` becomes `writable-home-vllm`, so that none takes a name of the other volumes. */
const volumeName = (path: string) => label("writable", ...path.split("/").filter(Boolean));

/** The pod of one replica. Pure: the plan's data in, the Kubernetes shape out. */
export function podTemplate(input: PodTemplateInput): kubernetes.types.input.core.v1.PodTemplateSpec {
  const { serving, gpus } = input;
  const { startup, readiness, liveness } = serving.probes;
  // Pods of a group that has a user's own id may share files; the root group is no such group.
  const fsGroup = serving.gid === 0 ? serving.uid : serving.gid;
  return {
    metadata: { labels: input.labels },
    spec: {
      serviceAccountName: input.account,
      automountServiceAccountToken: false,
      // A Service called like an engine's variable would set it.
      enableServiceLinks: false,
      nodeSelector: { [labels.pool]: input.pool },
      tolerations: [{ key: gpuTaint.key, operator: "Exists", effect: gpuTaint.effect }],
      terminationGracePeriodSeconds: 60,
      ...(serving.imagePullCredential !== null && {
        imagePullSecrets: [{ name: pullSecret(serving.imagePullCredential) }],
      }),
      ...(input.replicas > 1 && {
        // Wishes, no conditions: a pool has to be schedulable in any order of arrival.
        topologySpreadConstraints: [zoneLabel, "kubernetes.io/hostname"].map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { [labels.specialist]: input.labels[labels.specialist] ?? "" } },
        })),
      }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: serving.uid,
        runAsGroup: serving.gid,
        fsGroup,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "server",
          image: serving.image,
          ...(serving.args.length > 0 && { args: [...serving.args] }),
          env: [
            ...Object.entries(serving.env).map(([name, value]) => ({ name, value })),
            ...Object.entries(serving.secretEnv).map(([name, credential]) => ({
              name,
              valueFrom: { secretKeyRef: { name: credentialSecret(credential), key: "value" } },
            })),
          ],
          ports: [{ name: "http", containerPort: serving.port }],
          startupProbe: probe(startup, Math.ceil(serving.deadlines.startup / probePeriodSeconds)),
          readinessProbe: probe(readiness, 3),
          livenessProbe: probe(liveness, 6),
          resources: {
            requests: { cpu: `${input.cpuMilli}m`, memory: `${input.memoryMiB}Mi`, "nvidia.com/gpu": String(gpus) },
            limits: { memory: `${input.memoryMiB}Mi`, "nvidia.com/gpu": String(gpus) },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: serving.readOnlyRoot,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [
            { name: "weights", mountPath: serving.weightsPath },
            { name: "shm", mountPath: "/dev/shm" },
            ...serving.writablePaths.map((path) => ({ name: volumeName(path), mountPath: path })),
          ],
        },
      ],
      volumes: [
        { name: "weights", persistentVolumeClaim: { claimName: input.claim } },
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: `${serving.shmGiB}Gi` } },
        ...serving.writablePaths.map((path) => ({ name: volumeName(path), emptyDir: {} })),
      ],
    },
  };
}
