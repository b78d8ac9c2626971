import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startRelay } from "../../../rehearsal/relay.ts";

/** A relay to a server on loopback; everything goes when the test is over. */
async function relayTo(
  serve: (socket: Socket) => void,
): Promise<{ socket: string; server: Server; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-relay-"));
  const server = createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server without a port.");
  const socket = join(folder, "gateway.sock");
  const close = await startRelay(socket, "127.0.0.1", address.port);
  onTestFinished(() => {
    close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { socket, server, close };
}

/** Everything that comes back for what is sent, until the other side ends. */
async function exchange(path: string, text: string): Promise<string> {
  const socket = connect(path);
  socket.write(text);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, "close");
  return answer;
}

test("what goes in comes out at the address, and back, for several at once", async () => {
  const { socket } = await relayTo((from) => {
    from.on("data", (chunk: Buffer) => from.end(chunk.toString().toUpperCase()));
  });
  expect(await Promise.all([exchange(socket, "one"), exchange(socket, "two")])).toEqual(["ONE", "TWO"]);
});

test("a server that is not there ends the connection, not the relay", async () => {
  const { socket, server } = await relayTo((from) => from.resume().end("here"));
  expect(await exchange(socket, "a")).toBe("here");
  server.close();
  await once(server, "close");
  expect(await exchange(socket, "a")).toBe("");
  expect(await exchange(socket, "a")).toBe("");
});

test("a server that breaks off ends the connection", async () => {
  const { socket } = await relayTo((from) => from.resetAndDestroy());
  expect(await exchange(socket, "a")).toBe("");
});

test("closed, it takes its socket along", async () => {
  const { socket, close } = await relayTo((from) => from.resume().end());
  expect(existsSync(socket)).toBe(true);
  close();
  await expect.poll(() => existsSync(socket)).toBe(false);
});
