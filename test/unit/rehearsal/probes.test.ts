import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { Probe } from "../../../rehearsal/kube/views.ts";
import { startupDeadline, succeeds } from "../../../rehearsal/probes.ts";

const often = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 3 };

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return z.object({ port: z.number() }).parse(server.address()).port;
}

const tried = (probe: Partial<Probe>, port: number, timeoutMs = 2_000) =>
  succeeds(
    { ...often, ...probe },
    {
      container: { ports: [{ name: "http", containerPort: port }] },
      address: "127.0.0.1",
      timeoutMs,
    },
  );

test.each([
  [200, true],
  [302, true],
  [404, false],
  [503, false],
])("an answer of %d succeeds: %s", async (status, expected) => {
  const port = await listen((_request, response) => response.writeHead(status).end());
  expect(await tried({ httpGet: { path: "/health", port: "http" } }, port)).toBe(expected);
});

test("the path and the number of the port count", async () => {
  const port = await listen((request, response) => response.writeHead(request.url === "/ready" ? 200 : 404).end());
  expect(await tried({ httpGet: { path: "/ready", port } }, port)).toBe(true);
  expect(await tried({ httpGet: { path: "/", port } }, port)).toBe(false);
});

test("a server that takes a request and never answers fails", async () => {
  const port = await listen((request) => void request.resume());
  expect(await tried({ httpGet: { path: "/", port } }, port, 50)).toBe(false);
});

test("a port that answers is enough for TCP and gRPC, one that nobody listens on is not", async () => {
  const port = await listen((_request, response) => response.end());
  expect(await tried({ tcpSocket: { port: "http" } }, port)).toBe(true);
  expect(await tried({ grpc: { port } }, port)).toBe(true);
  expect(await tried({ tcpSocket: { port: 1 } }, port)).toBe(false);
});

test("a command inside of a container cannot be tried", async () => {
  expect(await tried({}, 1)).toBe(false);
});

test("a start-up probe gives up after its delay and all of its periods", () => {
  expect(startupDeadline({ startupProbe: { ...often, initialDelaySeconds: 30, failureThreshold: 120 } })).toBe(1_230);
  expect(startupDeadline({})).toBe(Number.POSITIVE_INFINITY);
});
