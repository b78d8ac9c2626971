import { describe, expect, test } from "vitest";
import type { SpecialistArgs } from "../../../components/specialist/index.ts";
import type { Serving } from "../../../plan/serving.ts";
import { childrenOf, named, podSpecOf, record, serving } from "../support.ts";

const declare = (more: Partial<SpecialistArgs> = {}) =>
  record(async () => {
    const { Specialist } = await import("../../../components/specialist/index.ts");
    return new Specialist("one", {
      namespace: "lab-finance",
      environment: "lab",
      domain: "finance",
      objectName: "fin-r1",
      serving,
      pool: "l4",
      replicas: 1,
      gpusPerReplica: 2,
      cpuMilli: 3500,
      memoryMiB: 20_480,
      claim: "fin-r1-weights",
      egress: [{ reason: "weights", cidr: "0.0.0.0/0", except: ["169.254.0.0/16"], port: 443 }],
      ...more,
    });
  });

const podOf = async (more: Partial<Serving>, args: Partial<SpecialistArgs> = {}) =>
  podSpecOf(named(await declare({ serving: { ...serving, ...more }, ...args }), "one-deployment"));

const labels = {
  "app.kubernetes.io/managed-by": "polymath",
  "app.kubernetes.io/name": "fin-r1",
  "polymath.dev/domain": "finance",
  "polymath.dev/environment": "lab",
  "polymath.dev/specialist": "fin-r1",
};
const metadata = { name: "fin-r1", namespace: "lab-finance", labels };
const selector = { "polymath.dev/specialist": "fin-r1" };

test("one replica has no disruption budget", async () => {
  expect(childrenOf(await declare(), "one")).toEqual([
    "kubernetes:core/v1:ServiceAccount one-account",
    "kubernetes:apps/v1:Deployment one-deployment",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy one-network-policy",
    "kubernetes:core/v1:Service one-service",
  ]);
});

test("several replicas have a disruption budget and spread over zones", async () => {
  const registrations = await declare({ replicas: 3 });
  expect(childrenOf(registrations, "one")).toEqual([
    "kubernetes:core/v1:ServiceAccount one-account",
    "kubernetes:apps/v1:Deployment one-deployment",
    "kubernetes:policy/v1:PodDisruptionBudget one-disruption-budget",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy one-network-policy",
    "kubernetes:core/v1:Service one-service",
  ]);
  expect(named(registrations, "one-disruption-budget").inputs).toEqual({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  });
  const deployment = named(registrations, "one-deployment");
  expect(deployment.inputs["spec"]).toMatchObject({ replicas: 3 });
  expect(podSpecOf(deployment)["topologySpreadConstraints"]).toEqual([
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: selector },
    },
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: selector },
    },
  ]);
});

test("account, policy and Service are its own", async () => {
  const registrations = await declare();
  expect(named(registrations, "one-account").inputs).toEqual({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
    automountServiceAccountToken: false,
  });
  expect(named(registrations, "one-network-policy").inputs).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } } }],
          ports: [{ protocol: "TCP", port: 8000 }],
        },
      ],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
        {
          to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    },
  });
  expect(named(registrations, "one-service").inputs).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: { selector, ports: [{ name: "http", port: 8000, targetPort: "http" }] },
  });
});

test("requests may come from another namespace than Envoy Gateway's", async () => {
  const { inputs } = named(await declare({ ingressNamespace: "own-gateway" }), "one-network-policy");
  expect(inputs["spec"]).toMatchObject({
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "own-gateway" } } }] }],
  });
});

describe("its Deployment", () => {
  test("never surges, since no spare GPU is planned, and waits as long as planned", async () => {
    const { inputs, timeouts, dependsOn } = named(await declare(), "one-deployment");
    // Annotations of the Deployment, not of its pods: an estimate that changes must not restart them.
    expect(inputs["metadata"]).toEqual({
      ...metadata,
      annotations: { "polymath.dev/startup-seconds": "202", "polymath.dev/image-pull-seconds": "302" },
    });
    expect(inputs["spec"]).toMatchObject({
      replicas: 1,
      progressDeadlineSeconds: 1865,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      selector: { matchLabels: selector },
      template: { metadata: { labels } },
    });
    expect({ timeouts, dependsOn }).toEqual({
      timeouts: { create: "1925s", update: "1925s" },
      dependsOn: ["one-account", "one-network-policy"],
    });
  });

  test("has a restricted pod on its pool", async () => {
    expect(await podOf({})).toEqual({
      serviceAccountName: "fin-r1",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      nodeSelector: { "polymath.dev/pool": "l4" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
      terminationGracePeriodSeconds: 60,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 2000,
        runAsGroup: 0,
        fsGroup: 2000,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "server",
          image: "vllm/vllm-openai:v0.22.0",
          args: ["--model", "SUFE-AIFLM-Lab/Fin-R1"],
          env: [
            { name: "HF_HOME", value: "/weights" },
            {
              name: "HF_TOKEN",
              valueFrom: { secretKeyRef: { name: "credential-hugging-face", key: "value" } },
            },
          ],
          ports: [{ name: "http", containerPort: 8000 }],
          // 1205 s of start-up at a probe every 10 s.
          startupProbe: {
            httpGet: { path: "/startup", port: "http" },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 121,
          },
          readinessProbe: {
            httpGet: { path: "/ready", port: "http" },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 3,
          },
          livenessProbe: {
            httpGet: { path: "/live", port: "http" },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 6,
          },
          resources: {
            requests: { cpu: "3500m", memory: "20480Mi", "nvidia.com/gpu": "2" },
            limits: { memory: "20480Mi", "nvidia.com/gpu": "2" },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [
            { name: "weights", mountPath: "/weights" },
            { name: "shm", mountPath: "/dev/shm" },
            { name: "writable-tmp", mountPath: "/tmp" },
            { name: "writable-home-vllm", mountPath: "/home/vllm" },
          ],
        },
      ],
      volumes: [
        { name: "weights", persistentVolumeClaim: { claimName: "fin-r1-weights" } },
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "4Gi" } },
        { name: "writable-tmp", emptyDir: {} },
        { name: "writable-home-vllm", emptyDir: {} },
      ],
    });
  });

  test("pulls with the credential that its image asks for", async () => {
    expect((await podOf({ imagePullCredential: "ngc" }))["imagePullSecrets"]).toEqual([{ name: "pull-ngc" }]);
  });

  test("leaves args out where the image needs none, and the root writable where the runtime says so", async () => {
    const [container] = (await podOf({ args: [], readOnlyRoot: false })).containers;
    expect(container?.["args"]).toBe(undefined);
    expect(container?.["securityContext"]).toMatchObject({ readOnlyRootFilesystem: false });
  });

  test("shares files by the runtime's own group, but never by the root group", async () => {
    const ownGroup = await podOf({ uid: 1001, gid: 1000 });
    expect(ownGroup["securityContext"]).toMatchObject({ runAsUser: 1001, runAsGroup: 1000, fsGroup: 1000 });
    const rootGroup = await podOf({ uid: 2000, gid: 0 });
    expect(rootGroup["securityContext"]).toMatchObject({ runAsUser: 2000, runAsGroup: 0, fsGroup: 2000 });
  });

  test("gives no writable path the name of another volume, nor a name that Kubernetes refuses", async () => {
    const { volumes } = await podOf({ writablePaths: ["/weights", "/shm", "/opt/NIM_cache"] });
    expect(volumes?.map(({ name }) => name)).toEqual([
      "weights",
      "shm",
      "writable-weights",
      "writable-shm",
      "writable-opt-nim-cache-8a54a2cc",
    ]);
  });
});
