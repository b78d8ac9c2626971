import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { RoutingIngressArgs } from "../../../components/routing-ingress/index.ts";
import { catchAllRoute, modelListRoute, modelRoute, pathRoute } from "../../../components/routing-ingress/routes.ts";
import { startRecorder } from "../../support/mocks.ts";
import { childrenOf, gateway, named, podSpecOf, record } from "../support.ts";

const apiKeys = { web: "key-of-web", batch: "key-of-batch" };
const domains = [
  { name: "models-finance", namespace: "models-finance" },
  { name: "models-biology", namespace: "models-biology" },
];

const declare = (more: Partial<RoutingIngressArgs> = {}) =>
  record(async () => {
    const { RoutingIngress } = await import("../../../components/routing-ingress/index.ts");
    return new RoutingIngress("ingress", { environment: "lab", gateway, apiKeys, domains, ...more });
  });

const custom = "kubernetes:gateway.networking.k8s.io/v1";
const envoy = "kubernetes:gateway.envoyproxy.io/v1alpha1";

test("declares exactly these children", async () => {
  expect(childrenOf(await declare(), "ingress")).toEqual([
    "kubernetes:core/v1:Secret ingress-api-keys",
    `${envoy}:BackendTrafficPolicy ingress-backend-traffic`,
    `${custom}:GatewayClass ingress-class`,
    `${envoy}:ClientTrafficPolicy ingress-client-traffic`,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy ingress-default-deny",
    `${custom}:Gateway ingress-gateway`,
    "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant ingress-grant-models-biology",
    "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant ingress-grant-models-finance",
    `${custom}:HTTPRoute ingress-list-models`,
    `${envoy}:HTTPRouteFilter ingress-list-models-filter`,
    `${custom}:HTTPRoute ingress-model-fin-r1`,
    "kubernetes:core/v1:Namespace ingress-namespace",
    `${custom}:HTTPRoute ingress-path-boltz2`,
    "kubernetes:core/v1:ServiceAccount ingress-router-account",
    `${envoy}:Backend ingress-router-backend`,
    "kubernetes:apps/v1:Deployment ingress-router-deployment",
    "kubernetes:policy/v1:PodDisruptionBudget ingress-router-disruption-budget",
    `${envoy}:EnvoyExtensionPolicy ingress-router-extension`,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy ingress-router-network-policy",
    "kubernetes:rbac.authorization.k8s.io/v1:Role ingress-router-role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding ingress-router-role-binding",
    "kubernetes:core/v1:Service ingress-router-service",
    `${envoy}:SecurityPolicy ingress-security`,
    `${custom}:HTTPRoute ingress-unknown-model`,
    `${envoy}:HTTPRouteFilter ingress-unknown-model-filter`,
  ]);
});

test("its namespace enforces restricted Pod Security and denies all traffic", async () => {
  const registrations = await declare();
  expect(named(registrations, "ingress-namespace").inputs["metadata"]).toEqual({
    name: "models-gateway",
    labels: {
      "pod-security.kubernetes.io/enforce": "restricted",
      "polymath.dev/component": "gateway",
      "polymath.dev/environment": "lab",
    },
  });
  const { inputs } = named(registrations, "ingress-default-deny");
  expect({ metadata: inputs["metadata"], spec: inputs["spec"] }).toEqual({
    metadata: { name: "default-deny", namespace: "models-gateway" },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
});

describe("the Gateway", () => {
  test("comes after everything that guards it", async () => {
    const registrations = await declare();
    expect(named(registrations, "ingress-gateway").dependsOn).toEqual([
      "ingress-backend-traffic",
      "ingress-class",
      "ingress-client-traffic",
      "ingress-default-deny",
      "ingress-namespace",
      "ingress-security",
    ]);
    expect(named(registrations, "ingress-security").dependsOn).toEqual(["ingress-api-keys", "ingress-namespace"]);
  });

  test("is asked by routes that come after it, and after the filters that they name", async () => {
    const registrations = await declare();
    const after = (name: string) => named(registrations, name).dependsOn;
    expect({
      model: after("ingress-model-fin-r1"),
      path: after("ingress-path-boltz2"),
      unknown: after("ingress-unknown-model"),
      list: after("ingress-list-models"),
    }).toEqual({
      model: ["ingress-gateway", "ingress-namespace"],
      path: ["ingress-gateway", "ingress-namespace"],
      unknown: ["ingress-gateway", "ingress-namespace", "ingress-unknown-model-filter"],
      list: ["ingress-gateway", "ingress-list-models-filter", "ingress-namespace"],
    });
  });

  test("has the routes of the plan", async () => {
    const registrations = await declare();
    const [model] = gateway.models;
    if (!model) throw new Error("The gateway of the tests has a model");
    expect(
      ["model-fin-r1", "path-boltz2", "unknown-model", "list-models"].map(
        (part) => named(registrations, `ingress-${part}`).inputs,
      ),
    ).toEqual([
      modelRoute(gateway, model),
      pathRoute(gateway, "boltz2", gateway.paths),
      catchAllRoute(gateway),
      modelListRoute(gateway),
    ]);
  });

  test("takes one route for all paths of a specialist", async () => {
    const paths = gateway.paths.flatMap((one) => [one, { ...one, path: "/biology/mit/boltz2/status" }]);
    const registrations = await declare({ gateway: { ...gateway, paths } });
    expect(registrations.flatMap(({ name }) => (name.startsWith("ingress-path-") ? [name] : []))).toEqual([
      "ingress-path-boltz2",
    ]);
    expect(named(registrations, "ingress-path-boltz2").inputs).toEqual(pathRoute(gateway, "boltz2", paths));
  });

  test("takes parameters of Envoy where the cluster needs them", async () => {
    const envoyProxy = { name: "rehearsal", namespace: "envoy-gateway-system" };
    expect(named(await declare({ envoyProxy }), "ingress-class").inputs["spec"]).toEqual({
      controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
      parametersRef: { group: "gateway.envoyproxy.io", kind: "EnvoyProxy", ...envoyProxy },
    });
  });
});

describe("clients", () => {
  test("each has its key in one Secret", async () => {
    const { inputs, secrets } = named(await declare(), "ingress-api-keys");
    expect({ inputs, secrets }).toEqual({
      inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "api-keys", namespace: "models-gateway" },
        stringData: apiKeys,
      },
      secrets: ["stringData"],
    });
  });

  test("keys of nobody are left out", async () => {
    const registrations = await declare({ apiKeys: { ...apiKeys, gone: "key-of-gone" } });
    expect(JSON.stringify(registrations).includes("key-of-gone")).toBe(false);
  });

  test("without any there is neither a policy nor a Secret", async () => {
    const registrations = await declare({ gateway: { ...gateway, clients: [] }, apiKeys: {} });
    const names = registrations.map(({ name }) => name);
    expect(names.filter((name) => ["ingress-security", "ingress-api-keys"].includes(name))).toEqual([]);
    expect(named(registrations, "ingress-gateway").dependsOn).toEqual([
      "ingress-backend-traffic",
      "ingress-class",
      "ingress-client-traffic",
      "ingress-default-deny",
      "ingress-namespace",
    ]);
  });

  test("one without a key stops everything before anything is declared", async () => {
    const recorder = await startRecorder();
    const { RoutingIngress } = await import("../../../components/routing-ingress/index.ts");
    const broken = () =>
      new RoutingIngress("ingress", {
        environment: "lab",
        gateway: { ...gateway, clients: ["web", "batch", "night"] },
        apiKeys: { web: "key-of-web" },
        domains,
      });
    expect(broken).toThrow(
      new pulumi.RunError(
        'apiKeys has no key for "batch", "night". Allowed: one for each client of the gateway (web, batch, night). Add the key, or take the client out of gateway.clients.',
      ),
    );
    expect(broken).toThrow(pulumi.RunError);
    expect(await recorder.settle()).toEqual([]);
  });
});

describe("the router", () => {
  const metadata = {
    name: "body-based-router",
    namespace: "models-gateway",
    labels: { "polymath.dev/component": "body-based-router", "polymath.dev/environment": "lab" },
  };
  const selector = { "polymath.dev/component": "body-based-router" };

  test("runs twice, restricted, and comes after its rights and its policy", async () => {
    const deployment = named(await declare(), "ingress-router-deployment");
    expect(deployment.inputs["metadata"]).toEqual(metadata);
    expect(deployment.inputs["spec"]).toMatchObject({ replicas: 2, selector: { matchLabels: selector } });
    expect(podSpecOf(deployment)).toEqual({
      serviceAccountName: "body-based-router",
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65_532,
        runAsGroup: 65_532,
        seccompProfile: { type: "RuntimeDefault" },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: selector },
        },
      ],
      containers: [
        {
          name: "router",
          image: "registry.k8s.io/gateway-api-inference-extension/bbr:v1.3.0",
          args: ["--grpc-port=9004", "--grpc-health-port=9005"],
          env: [{ name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
          ports: [
            { name: "grpc", containerPort: 9004 },
            { name: "health", containerPort: 9005 },
          ],
          readinessProbe: { grpc: { port: 9005 }, periodSeconds: 5 },
          livenessProbe: { grpc: { port: 9005 }, periodSeconds: 5, failureThreshold: 6 },
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    });
    expect(deployment.dependsOn).toEqual([
      "ingress-namespace",
      "ingress-router-account",
      "ingress-router-network-policy",
      "ingress-router-role-binding",
    ]);
  });

  test("may read ConfigMaps of its namespace, and nothing else", async () => {
    const registrations = await declare();
    expect(named(registrations, "ingress-router-role").inputs["rules"]).toEqual([
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] },
    ]);
    const { inputs, dependsOn } = named(registrations, "ingress-router-role-binding");
    expect({ subjects: inputs["subjects"], roleRef: inputs["roleRef"], dependsOn }).toEqual({
      subjects: [{ kind: "ServiceAccount", name: "body-based-router", namespace: "models-gateway" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "body-based-router" },
      dependsOn: ["ingress-namespace", "ingress-router-account", "ingress-router-role"],
    });
  });

  test("is reached by Envoy alone, and reaches DNS and the API server", async () => {
    const { inputs } = named(await declare(), "ingress-router-network-policy");
    expect(inputs["spec"]).toEqual({
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } } }],
          ports: [{ protocol: "TCP", port: 9004 }],
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
        ...[443, 6443].map((port) => ({
          to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }],
          ports: [{ protocol: "TCP", port }],
        })),
      ],
    });
  });

  test("has a headless Service and a disruption budget", async () => {
    const registrations = await declare();
    expect(named(registrations, "ingress-router-service").inputs["spec"]).toEqual({
      clusterIP: "None",
      selector,
      ports: [{ name: "grpc", port: 9004, targetPort: "grpc" }],
    });
    expect(named(registrations, "ingress-router-disruption-budget").inputs["spec"]).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: selector },
    });
  });
});

test("a grant comes after the domain that it lies in", async () => {
  const registrations = await record(async () => {
    const { DomainNamespace } = await import("../../../components/domain-namespace/index.ts");
    const { RoutingIngress } = await import("../../../components/routing-ingress/index.ts");
    const args = { namespace: "models-finance", environment: "lab", domain: "finance", credentials: {} };
    const { namespace } = new DomainNamespace("home", args);
    return new RoutingIngress("ingress", {
      environment: "lab",
      gateway,
      apiKeys,
      domains: [{ name: "models-finance", namespace }],
    });
  });
  expect(named(registrations, "ingress-grant-models-finance").dependsOn).toEqual([
    "home-default-deny",
    "home-namespace",
  ]);
});
