import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Below it ports belong to well-known services. */
const lowest = 10_240;

/** First port that the kernel may give to an outgoing connection. */
const firstEphemeral = (): number =>
  Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/)[0]);

/**
 * A TCP port on loopback that was free a moment ago. Not one that the kernel would choose: until the server that it is for listens,
 * an outgoing connection of another test might be given the same.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, Math.max(lowest + 1_000, firstEphemeral()));
    const server = createServer();
    server.listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
