import { connect } from "node:net";
import type { KubeObject } from "./kube/client.ts";
import { containersOf, type Container, type Probe } from "./kube/views.ts";

const timeoutMs = 2_000;

/** Whether one probe of a container succeeds. A probe that runs a command inside of a container cannot. */
async function succeeds(probe: Probe, container: Container, address: string): Promise<boolean> {
  const portOf = (port: number | string) =>
    typeof port === "number" ? port : container.ports.find(({ name }) => name === port)?.containerPort;
  if (probe.httpGet) {
    const url = `http://${address}:${portOf(probe.httpGet.port)}${probe.httpGet.path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer !== undefined && answer.status >= 200 && answer.status < 400;
  }
  const port = probe.grpc?.port ?? portOf(probe.tcpSocket?.port ?? "");
  if (port === undefined) return false;
  // A gRPC health check needs a client; that the port answers is what a rehearsal can tell.
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, timeout: timeoutMs });
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

/** Whether the start-up and readiness probes of every container of a pod succeed. */
export async function isReady(pod: KubeObject, address: string): Promise<boolean> {
  for (const container of containersOf(pod)) {
    for (const probe of [container.startupProbe, container.readinessProbe]) {
      if (probe && !(await succeeds(probe, container, address))) return false;
    }
  }
  return true;
}
