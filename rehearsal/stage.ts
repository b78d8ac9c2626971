import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../catalogue/types.ts";
import { startControlPlane, type ControlPlane } from "./control-plane/start.ts";
import { ServiceNames, startDns } from "./dns.ts";
import { playFaults, serverFaults } from "./faults.ts";
import { apply, startGateway } from "./gateway.ts";
import type { Job } from "./job.ts";
import { playNodes, systemNode } from "./nodes.ts";
import { playPods } from "./pods.ts";
import type { RunningProcess } from "./processes.ts";
import { rolesOf } from "./roles.ts";
import { RouterProgram } from "./router.ts";
import { playVolumes } from "./volumes.ts";

/** Addresses of a rehearsal's own network; `namespaces/enter.sh` makes all of 10.64.0.0/15 local. */
export const network = {
  advertise: "10.64.255.1",
  ports: { etcd: 2379, etcdPeer: 2380, api: 6443, controllers: 10_257, scheduler: 10_259, kwok: 10_247 },
  serviceRange: "10.65.0.0/16",
  podRange: "10.64.0.0/16",
} as const;

/** Where DNS answers; `resolv.conf` of the rehearsal names the first. */
export const dnsAddresses = ["10.65.0.10", "127.0.0.1"] as const;

/** Everything that an environment is applied to. */
export interface Stage {
  readonly controlPlane: ControlPlane;
  /** Processes that must keep running; one that ended is a problem. */
  readonly processes: () => readonly RunningProcess[];
  readonly stop: () => Promise<void>;
}

/**
 * Sets the stage: control plane, simulated nodes, volumes and containers, DNS, and the live gateway. Runs inside the rehearsal's own
 * namespaces only.
 */
export async function setStage(job: Job, catalogue: Catalogue, say: (line: string) => void): Promise<Stage> {
  const logs = join(job.folder, "logs");
  mkdirSync(logs, { recursive: true });
  const controlPlane = await startControlPlane({
    folder: join(job.folder, "control-plane"),
    logs,
    tools: job.tools,
    network,
  });
  say("control plane is ready");
  const { client, kubeconfigFile } = controlPlane;
  const ending = new AbortController();
  const { signal } = ending;

  const names = new ServiceNames();
  const closeDns = await startDns(dnsAddresses, names);
  await apply(client, [systemNode]);

  const router = new RouterProgram(job.tools.bbr, logs, controlPlane);
  const note = (player: string) => (error: unknown) => {
    appendFileSync(join(logs, "players.log"), `${player}: ${error instanceof Error ? error.stack : String(error)}\n`);
  };
  writeFileSync(join(logs, "players.log"), "");
  void names.follow(client, signal).catch(note("dns"));
  void playNodes(client, catalogue, signal).catch(note("nodes"));
  void playVolumes(client, signal).catch(note("volumes"));
  void playPods(
    client,
    rolesOf(catalogue, (pod) => router.start(pod), serverFaults(job.faults)),
    signal,
  ).catch(note("pods"));
  void playFaults(client, job.faults, signal).catch(note("faults"));

  const gateway = await startGateway(client, {
    folder: join(job.folder, "gateway"),
    logs,
    kubeconfigFile,
    tools: job.tools,
  });
  say("gateway controller is running");
  return {
    controlPlane,
    processes: () => [...controlPlane.processes, gateway, ...router.processes()],
    stop: async () => {
      ending.abort();
      closeDns();
      await gateway.stop();
      for (const one of router.processes()) await one.stop();
      await controlPlane.stop();
    },
  };
}
