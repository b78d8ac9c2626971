import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { bodyBasedRouter } from "../../catalogue/controllers/body-based-router.ts";
import { envoyGateway } from "../../catalogue/controllers/envoy-gateway.ts";
import { labels, zoneLabel } from "../../plan/names.ts";
import { childOf } from "../options.ts";
import { networkPolicySpec } from "../specialist/network-policy.ts";
import { names } from "./names.ts";

/**
 * The body-based router: its Deployment, account, Service and network policy. It alone has a token, since it watches ConfigMaps of
 * its own namespace.
 * @param home the namespace, made before.
 */
export function declareRouter(
  name: string,
  { namespace, environment }: { readonly namespace: string; readonly environment: string },
  parent: pulumi.ComponentResource,
  home: kubernetes.core.v1.Namespace,
): void {
  const child = childOf(parent, { dependsOn: [home] });
  const selector = { [labels.component]: names.router };
  const metadata = { name: names.router, namespace, labels: { ...selector, [labels.environment]: environment } };
  const account = new kubernetes.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata, automountServiceAccountToken: false },
    child,
  );
  const role = new kubernetes.rbac.v1.Role(
    `${name}-role`,
    { metadata, rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }] },
    child,
  );
  const binding = new kubernetes.rbac.v1.RoleBinding(
    `${name}-role-binding`,
    {
      metadata,
      subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
    },
    childOf(parent, { dependsOn: [home, account, role] }),
  );
  const spec = networkPolicySpec(selector, envoyGateway.namespace, bodyBasedRouter.port, [
    // The API server: its address is not known before the cluster is.
    { reason: "API server", cidr: "0.0.0.0/0", except: ["169.254.0.0/16"], port: 443 },
    { reason: "API server", cidr: "0.0.0.0/0", except: ["169.254.0.0/16"], port: 6443 },
  ]);
  const policy = new kubernetes.networking.v1.NetworkPolicy(`${name}-network-policy`, { metadata, spec }, child);
  const health = { grpc: { port: bodyBasedRouter.healthPort }, periodSeconds: 5 };
  const replicas = 2;
  // oxlint-disable no-new -- Pulumi resources are declared by making them
  new kubernetes.apps.v1.Deployment(
    `${name}-deployment`,
    {
      metadata,
      spec: {
        replicas,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...selector, [labels.environment]: environment } },
          spec: {
            serviceAccountName: metadata.name,
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
                topologyKey: zoneLabel,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: selector },
              },
            ],
            containers: [
              {
                name: "router",
                image: `${bodyBasedRouter.image.repository}:${bodyBasedRouter.image.tag}`,
                args: [`--grpc-port=${bodyBasedRouter.port}`, `--grpc-health-port=${bodyBasedRouter.healthPort}`],
                env: [{ name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
                ports: [
                  { name: "grpc", containerPort: bodyBasedRouter.port },
                  { name: "health", containerPort: bodyBasedRouter.healthPort },
                ],
                readinessProbe: health,
                livenessProbe: { ...health, failureThreshold: 6 },
                resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
              },
            ],
          },
        },
      },
    },
    childOf(parent, { dependsOn: [home, account, policy, binding] }),
  );
  new kubernetes.core.v1.Service(
    `${name}-service`,
    {
      metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
      // Headless: Envoy resolves the name to the pods themselves and balances requests, not connections.
      spec: { clusterIP: "None", selector, ports: [{ name: "grpc", port: bodyBasedRouter.port, targetPort: "grpc" }] },
    },
    child,
  );
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${name}-disruption-budget`,
    { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
    child,
  );
  // oxlint-enable no-new
}
