import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, type KubeClient, type KubeObject } from "./kube/client.ts";
import { conditionsOf, textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";
import { containersOf, containerStatusesOf } from "./kube/views.ts";
import { isReady } from "./probes.ts";
import type { Program, Role } from "./roles.ts";

const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** The status of a pod that is ready, or is not for a reason. */
function statusOf(pod: KubeObject, reason: string | undefined): Record<string, unknown> {
  const ready = reason === undefined;
  const type = (name: string) => ({
    type: name,
    status: ready ? "True" : "False",
    lastTransitionTime: now(),
    ...(!ready && { reason: "ContainersNotReady", message: reason }),
  });
  const others = conditionsOf(pod).filter((one) => !["Ready", "ContainersReady"].includes(one.type));
  return {
    conditions: [...others, type("Ready"), type("ContainersReady")],
    containerStatuses: containerStatusesOf(pod).map((status) => ({ ...status, ready, started: ready })),
  };
}

interface Played {
  pod: KubeObject;
  gone: boolean;
  readonly programs: Program[];
}

const soonMs = 200;
const steadyMs = 2_000;
/** Kubernetes' default: a pod that was ready stops being so at the third miss in a row. */
const missesToUnready = 3;

/**
 * Plays containers: starts a role for each pod that has an address, tries its start-up and readiness probes, and reports readiness. What
 * it plays comes from the API server alone. A pod of an unknown image stays not ready, and says so. Runs until the signal aborts.
 * @throws what is no failure of the API server or of a role.
 */
export async function playPods(
  client: KubeClient,
  roles: ReadonlyMap<string, Role>,
  signal: AbortSignal,
): Promise<void> {
  const played = new Map<string, Played>();
  const { promise: broken, reject: breakOff } = Promise.withResolvers<never>();

  /** Whether the API server took the report. */
  const report = async ({ pod }: Played, reason: string | undefined): Promise<boolean> => {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`;
    const body = { status: statusOf(pod, reason) };
    try {
      await client.request("PATCH", path, { contentType: "application/merge-patch+json", body });
      return true;
    } catch (error) {
      if (error instanceof KubeError) return false;
      throw error;
    }
  };

  /** Starts the programs of a pod. Gives the reason why one cannot be played. */
  const begin = async ({ pod, programs }: Played, address: string): Promise<string | undefined> => {
    for (const { image } of containersOf(pod)) {
      const role = roles.get(image);
      if (!role) return `a rehearsal knows no program for the image ${image}`;
      try {
        programs.push(await role(pod, address));
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }
    return undefined;
  };

  const play = async (entry: Played, address: string) => {
    const failure = await begin(entry, address);
    let told: { readonly reason: string | undefined } | undefined;
    let misses = 0;
    while (!signal.aborted && !entry.gone) {
      const ready = failure === undefined && (await isReady(entry.pod, address));
      misses = ready ? 0 : misses + 1;
      const wasReady = told !== undefined && told.reason === undefined;
      const reason =
        ready || (wasReady && misses < missesToUnready) ? undefined : (failure ?? "its readiness probe fails");
      const isNews = told === undefined || told.reason !== reason;
      if (isNews && (await report(entry, reason))) told = { reason };
      await sleep(ready ? steadyMs : soonMs, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(entry.programs.map((program) => program.stop()));
  };

  const following = follow(
    client,
    "/api/v1/pods",
    {
      onChange: (pod) => {
        const uid = pod.metadata.uid ?? "";
        const address = textField(pod, "status", "podIP");
        const known = played.get(uid);
        if (known) known.pod = pod;
        if (known || address === undefined || pod.metadata.deletionTimestamp !== undefined) return;
        const entry: Played = { pod, gone: false, programs: [] };
        played.set(uid, entry);
        play(entry, address).catch(breakOff);
      },
      onGone: ({ metadata }) => {
        const entry = played.get(metadata.uid ?? "");
        if (entry) entry.gone = true;
        played.delete(metadata.uid ?? "");
      },
    },
    signal,
  );
  await Promise.race([following, broken]);
}
