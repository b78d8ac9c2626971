import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A UNIX socket that carries connections into the rehearsal's own network: the only way in from another terminal. */
export async function startRelay(socket: string, address: string, port: number): Promise<() => void> {
  const server = createServer((from) => {
    const to = connect(port, address);
    from.pipe(to).pipe(from);
    from.on("error", () => to.destroy());
    to.on("error", () => from.destroy());
  });
  server.listen(socket);
  await once(server, "listening");
  return () => server.close();
}
