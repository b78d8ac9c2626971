import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A TCP port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server without a port.");
  return address.port;
}

export interface Started {
  readonly isRunning: () => boolean;
  readonly kill: () => Promise<void>;
}

/** Starts a long-running process whose output goes to a file. It ends with the test process at the latest. */
export function start(file: string, args: readonly string[], logFile: string): Started {
  const log = openSync(logFile, "a");
  const child = spawn(file, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  const ended = once(child, "exit").then(() => running.delete(child));
  return {
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
