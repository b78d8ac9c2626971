import { labels, specialistName } from "../plan/names.ts";
import type { Fault } from "./job.ts";
import type { KubeClient } from "./kube/client.ts";
import { follow } from "./kube/follow.ts";
import type { Fault as ServerFault } from "./model-server/server.ts";

const backendTrafficPolicies = "/apis/gateway.envoyproxy.io/v1alpha1/backendtrafficpolicies";

/** Faults of model servers, by specialist. */
export const serverFaults = (faults: readonly Fault[]): ReadonlyMap<string, ServerFault> =>
  new Map(
    faults.flatMap((fault): (readonly [string, ServerFault])[] => {
      if (fault.kind === "silent-server") return [[specialistName(fault.target), "hang"]];
      return fault.kind === "failing-server" ? [[specialistName(fault.target), "error"]] : [];
    }),
  );

/** Specialists that start slower than their start-up probe waits, by object name. */
export const slowStarts = (faults: readonly Fault[]): ReadonlySet<string> =>
  new Set(faults.flatMap((fault) => (fault.kind === "slow-start" ? [specialistName(fault.target)] : [])));

/** Breaks on purpose what the faults name, as soon as it appears, until the signal aborts. */
export async function playFaults(client: KubeClient, faults: readonly Fault[], signal: AbortSignal): Promise<void> {
  const patch = (path: string, body: unknown) =>
    client.request("PATCH", path, { contentType: "application/merge-patch+json", body }).catch(() => undefined);
  const onGone = () => undefined;
  const jobs = faults.flatMap((fault) => {
    switch (fault.kind) {
      case "cordoned-pool":
        return [
          follow(
            client,
            "/api/v1/nodes",
            {
              onChange: ({ metadata, spec }) => {
                if (metadata.labels?.[labels.pool] === fault.target && spec?.["unschedulable"] !== true)
                  void patch(`/api/v1/nodes/${metadata.name}`, { spec: { unschedulable: true } });
              },
              onGone,
            },
            signal,
          ),
        ];
      case "unlabelled-nodes":
        return [
          follow(
            client,
            "/api/v1/nodes",
            {
              onChange: ({ metadata }) => {
                if (metadata.labels?.["nvidia.com/gpu.present"] !== undefined)
                  void patch(`/api/v1/nodes/${metadata.name}`, {
                    metadata: { labels: { "nvidia.com/gpu.present": null } },
                  });
              },
              onGone,
            },
            signal,
          ),
        ];
      case "revoked-grant":
        return [
          follow(
            client,
            "/apis/gateway.networking.k8s.io/v1beta1/referencegrants",
            {
              onChange: ({ metadata }) => {
                if (metadata.namespace === fault.target) {
                  client
                    .request(
                      "DELETE",
                      `/apis/gateway.networking.k8s.io/v1beta1/namespaces/${metadata.namespace}/referencegrants/${metadata.name}`,
                    )
                    .catch(() => undefined);
                }
              },
              onGone,
            },
            signal,
          ),
        ];
      case "no-failover":
        return [
          follow(
            client,
            backendTrafficPolicies,
            {
              onChange: ({ metadata: { namespace, name } }) => {
                const path = `/apis/gateway.envoyproxy.io/v1alpha1/namespaces/${namespace}/backendtrafficpolicies/${name}`;
                client.request("DELETE", path).catch(() => undefined);
              },
              onGone,
            },
            signal,
          ),
        ];
      case "silent-server":
      case "failing-server":
      case "slow-start":
        return [];
    }
  });
  await Promise.all(jobs);
}
