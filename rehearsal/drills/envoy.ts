import { join } from "node:path";
import { findEnvoys } from "../envoy-process.ts";
import { RehearsalError } from "../error.ts";
import { startProcess } from "../processes.ts";

/** Envoy as a container of its own would be. Envoy Gateway runs it as a child, which dies with it and which it never starts again. */
export class Envoy {
  readonly #log: string;
  readonly #command: readonly string[];

  /** @throws RehearsalError where no Envoy runs. */
  constructor(logs: string) {
    const [found] = findEnvoys();
    if (!found) throw new RehearsalError("--drill gateway: no Envoy runs that could be killed.");
    this.#log = join(logs, "envoy.log");
    this.#command = found.command;
  }

  kill(): void {
    for (const { pid } of findEnvoys()) process.kill(pid, "SIGKILL");
  }

  /**
   * Starts it with the command that it had, as kubelet does with a container. A moment has to pass after the kill, in which the system takes
   * the dead one's sockets back.
   */
  start(): void {
    const [file = "", ...args] = this.#command;
    startProcess("envoy", file, args, this.#log);
  }
}
