import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { envoyGateway } from "../catalogue/controllers/envoy-gateway.ts";
import { installDefinitions } from "./definitions.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { RehearsalError } from "./error.ts";
import { frugal, startProcess, type RunningProcess } from "./processes.ts";

/** Version folder under which Envoy Gateway looks for Envoy. */
export const envoyVersion = "1.40.0";

/** Parameters that make Envoy Gateway run Envoy as a process beside itself. */
export const envoyProxyRef = { name: "rehearsal", namespace: envoyGateway.namespace } as const;

const envoyProxy: KubeObject = {
  apiVersion: "gateway.envoyproxy.io/v1alpha1",
  kind: "EnvoyProxy",
  metadata: envoyProxyRef,
  spec: { provider: { type: "Host", host: { envoyVersion } } },
};

/** Applies objects in their order, as whoever owns the cluster. */
export async function apply(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const path = await client.pathOf(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name);
    await client.request("PATCH", path, {
      query: { fieldManager: "rehearsal", force: "true" },
      contentType: "application/apply-patch+yaml",
      body: object,
    });
  }
}

export interface GatewayOptions {
  /** Empty folder for certificates, Envoy's binary and state. */
  readonly folder: string;
  readonly logs: string;
  readonly kubeconfigFile: string;
  readonly tools: { readonly "envoy-gateway": string; readonly envoy: string; readonly "gateway-crds": string };
}

/**
 * Installs the gateway's definitions and runs the real Envoy Gateway, which runs the real Envoy. Only inside the rehearsal's own
 * namespaces: it writes to /certs.
 */
export async function startGateway(
  client: KubeClient,
  { folder, logs, kubeconfigFile, tools }: GatewayOptions,
): Promise<RunningProcess> {
  await installDefinitions(client, tools["gateway-crds"]);
  const home: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: envoyGateway.namespace } };
  await apply(client, [home, envoyProxy]);

  mkdirSync(folder, { recursive: true });
  const made = spawnSync(tools["envoy-gateway"], ["certgen", "--local", "--config-home", folder], { encoding: "utf8" });
  if (made.status !== 0)
    throw new RehearsalError(
      `envoy-gateway could not make its certificates: ${(made.stderr || made.stdout || String(made.error)).trim()}`,
    );
  cpSync(join(folder, "certs", "envoy-gateway"), "/certs", { recursive: true });

  const data = join(folder, "data");
  const bin = join(data, "envoy-versions", envoyVersion, "bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(tools.envoy, join(bin, "envoy"));
  const config = join(folder, "envoy-gateway.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "EnvoyGateway",
      gateway: { controllerName: envoyGateway.controllerName },
      extensionApis: { enableBackend: true },
      logging: { level: { default: "info" } },
      provider: {
        type: "Custom",
        custom: {
          resource: { type: "Kubernetes", kubernetes: { leaderElection: { disable: true } } },
          infrastructure: {
            type: "Host",
            host: {
              configHome: folder,
              dataHome: data,
              stateHome: join(folder, "state"),
              runtimeDir: join(folder, "runtime"),
            },
          },
        },
      },
    }),
  );
  return startProcess(
    "envoy-gateway",
    tools["envoy-gateway"],
    ["server", "--config-path", config],
    join(logs, "envoy-gateway.log"),
    {
      ...frugal,
      KUBECONFIG: kubeconfigFile,
      ENVOY_GATEWAY_NAMESPACE: envoyGateway.namespace,
    },
  );
}
