import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A UNIX socket that carries connections into the rehearsal's own network: the only way in from another terminal. */
export async function startRelay(socket: string, address: string, port: number): Promise<() => void> {
  // A client that has said all it will say still waits for its answer.
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ port, host: address, allowHalfOpen: true });
    from.pipe(to).pipe(from);
    from.on("error", () => to.destroy());
    to.on("error", () => from.destroy());
  });
  server.listen(socket);
  await once(server, "listening");
  return () => server.close();
}
