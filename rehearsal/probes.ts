import { connect } from "node:net";
import type { Container, Probe } from "./kube/views.ts";

/** Where a probe of a container goes. */
export interface ProbeTarget {
  readonly container: Pick<Container, "ports">;
  /** The pod's own. */
  readonly address: string;
  /** Real milliseconds after which no answer is a failure. */
  readonly timeoutMs: number;
}

/** Whether one probe of a container succeeds. A probe that runs a command inside of a container cannot. */
export async function succeeds(probe: Probe, { container, address, timeoutMs }: ProbeTarget): Promise<boolean> {
  const portOf = (port: number | string) =>
    typeof port === "number" ? port : container.ports.find(({ name }) => name === port)?.containerPort;
  if (probe.httpGet) {
    const url = `http://${address}:${portOf(probe.httpGet.port)}${probe.httpGet.path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    await answer?.body?.cancel().catch(() => undefined);
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

/** Simulated seconds that a container has before its start-up probe gives up; without such a probe, for ever. */
export const startupDeadline = ({ startupProbe }: Pick<Container, "startupProbe">): number =>
  startupProbe
    ? startupProbe.initialDelaySeconds + startupProbe.periodSeconds * startupProbe.failureThreshold
    : Number.POSITIVE_INFINITY;
