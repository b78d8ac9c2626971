import { connect } from "node:net";
import type { Catalogue } from "../catalogue/types.ts";
import { bodyBasedRouter } from "../catalogue/controllers/body-based-router.ts";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import { KubeError, type KubeClient, type KubeObject } from "./kube/client.ts";
import { conditionsOf, textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";
import { containersOf, containerStatusesOf, type Container, type Probe } from "./kube/views.ts";
import { personaOf, type ImageFacts } from "./model-server/persona.ts";
import { startModelServer, type Fault } from "./model-server/server.ts";

/** What runs in the place of a container. */
export interface Program {
  readonly stop: () => Promise<void>;
}

/** Starts what an image stands for, on the pod's own address. */
export type Role = (pod: KubeObject, address: string) => Promise<Program>;

const nothing: Program = { stop: () => Promise.resolve() };

/** Facts about model images, from the catalogue: what a server of that image answers. */
export function imageFacts(catalogue: Catalogue): ReadonlyMap<string, ImageFacts> {
  const kinds = { chat: "chat", embeddings: "embedding", rest: "rest" } as const;
  return new Map(
    [...catalogue.models.values()].map(({ image, runtime, api }) => [
      `${image.repository}:${image.tag}`,
      { runtime, api: kinds[api.kind], paths: api.paths },
    ]),
  );
}

/**
 * The role of each image that a rehearsal knows.
 * @param startRouter starts the real body-based router with a container's arguments.
 */
export function rolesOf(
  catalogue: Catalogue,
  startRouter: (args: readonly string[]) => Promise<Program>,
  faults: ReadonlyMap<string, Fault>,
): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>([
    [`${devicePlugin.image.repository}:${devicePlugin.image.tag}`, () => Promise.resolve(nothing)],
    [
      `${bodyBasedRouter.image.repository}:${bodyBasedRouter.image.tag}`,
      (pod) => startRouter(containersOf(pod)[0]?.args ?? []),
    ],
  ]);
  for (const [image, facts] of imageFacts(catalogue)) {
    roles.set(image, async (pod, address) => {
      const persona = personaOf(pod, facts);
      const port = containersOf(pod)[0]?.ports[0]?.containerPort;
      if (port === undefined) throw new Error("its first container names no port");
      const fault = faults.get(persona.specialist);
      const server = await startModelServer(persona, { address, port, ...(fault && { fault }) });
      return { stop: () => server.close() };
    });
  }
  return roles;
}

/** Whether one probe of a container succeeds. */
async function succeeds(probe: Probe, container: Container, address: string): Promise<boolean> {
  const portOf = (port: number | string) =>
    typeof port === "number" ? port : container.ports.find(({ name }) => name === port)?.containerPort;
  if (probe.httpGet) {
    const port = portOf(probe.httpGet.port);
    const answer = await fetch(`http://${address}:${port}${probe.httpGet.path}`, {
      signal: AbortSignal.timeout(2_000),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer !== undefined && answer.status >= 200 && answer.status < 400;
  }
  const port = probe.grpc?.port ?? portOf(probe.tcpSocket?.port ?? "");
  if (port === undefined) return false;
  // A gRPC health check needs a client; that the port answers is what a rehearsal can tell.
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, timeout: 2_000 });
    const end = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });
}

async function isReady(pod: KubeObject, address: string): Promise<boolean> {
  for (const container of containersOf(pod)) {
    for (const probe of [container.startupProbe, container.readinessProbe]) {
      if (probe && !(await succeeds(probe, container, address))) return false;
    }
  }
  return true;
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** The status of a pod whose readiness changed. */
function statusOf(pod: KubeObject, ready: boolean, message: string): Record<string, unknown> {
  const word = ready ? "True" : "False";
  const type = (name: string) => ({
    type: name,
    status: word,
    lastTransitionTime: now(),
    ...(message !== "" && { reason: "ContainersNotReady", message }),
  });
  const others = conditionsOf(pod).filter((one) => !["Ready", "ContainersReady"].includes(one.type));
  return {
    conditions: [...others, type("Ready"), type("ContainersReady")],
    containerStatuses: containerStatusesOf(pod).map((status) => ({ ...status, ready, started: ready })),
  };
}

interface Played {
  pod: KubeObject;
  program: Program;
  ready: boolean;
  gone: boolean;
}

const soonMs = 200;
const steadyMs = 2_000;

/**
 * Plays containers: starts a role for each pod that has an address, probes it as its kubelet would, and reports readiness. What it
 * plays comes from the API server alone. A pod of an unknown image stays not ready, and says so.
 */
export async function playPods(
  client: KubeClient,
  roles: ReadonlyMap<string, Role>,
  signal: AbortSignal,
): Promise<void> {
  const played = new Map<string, Played>();

  const report = async (entry: Played, ready: boolean, message: string) => {
    const { namespace, name } = entry.pod.metadata;
    await client
      .request("PATCH", `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
        contentType: "application/merge-patch+json",
        body: { status: statusOf(entry.pod, ready, message) },
      })
      .catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
      });
    entry.ready = ready;
  };

  const play = async (uid: string, pod: KubeObject, address: string) => {
    const entry: Played = { pod, program: nothing, ready: false, gone: false };
    played.set(uid, entry);
    for (const { image } of containersOf(pod)) {
      const role = roles.get(image);
      if (!role) return report(entry, false, `a rehearsal knows no program for the image ${image}`);
      try {
        entry.program = await role(pod, address);
      } catch (error) {
        return report(entry, false, error instanceof Error ? error.message : String(error));
      }
    }
    if (entry.gone) return entry.program.stop();
    while (!signal.aborted && !entry.gone) {
      const ready = await isReady(pod, address);
      if (ready !== entry.ready) await report(entry, ready, ready ? "" : "its readiness probe fails");
      await new Promise((resolve) => setTimeout(resolve, ready ? steadyMs : soonMs));
    }
  };

  await follow(
    client,
    "/api/v1/pods",
    {
      onChange: (pod) => {
        const uid = pod.metadata.uid ?? "";
        const address = textField(pod, "status", "podIP");
        const entry = played.get(uid);
        if (entry) entry.pod = pod;
        else if (address !== undefined && pod.metadata.deletionTimestamp === undefined) void play(uid, pod, address);
      },
      onGone: ({ metadata }) => {
        const entry = played.get(metadata.uid ?? "");
        if (!entry) return;
        entry.gone = true;
        played.delete(metadata.uid ?? "");
        void entry.program.stop();
      },
    },
    signal,
  );
  await Promise.all([...played.values()].map(({ program }) => program.stop()));
}
