import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../catalogue/types/index.ts";
import { startControlPlane, type ControlPlane } from "./control-plane/start.ts";
import { reasonOf } from "../toolchain/error.ts";
import { ServiceNames, startDns } from "./dns.ts";
import { watchEnvoy } from "./envoy-process.ts";
import type { Teller } from "./events.ts";
import { playFaults, serverFaults, slowStarts } from "./faults.ts";
import { apply, startGateway } from "./gateway.ts";
import type { Job } from "./job.ts";
import { playNodes, systemNodes } from "./nodes.ts";
import { playPods } from "./pods.ts";
import { Power } from "./power.ts";
import { Providers } from "./providers/server.ts";
import { tailOf, type RunningProcess, type Watched } from "./processes.ts";
import { rolesOf } from "./roles.ts";
import { RouterProgram } from "./router.ts";
import { storageClasses } from "./storage.ts";
import { playVolumes } from "./volumes.ts";
import { whileAllRuns } from "./watch.ts";
import type { Zone } from "./zones.ts";

/** Addresses of a rehearsal's own network; `namespaces/enter.sh` makes all of 10.64.0.0/15 local. */
export const network = {
  advertise: "10.64.255.1",
  ports: { etcd: 2379, etcdPeer: 2380, api: 6443, controllers: 10_257, scheduler: 10_259 },
  serviceRange: "10.65.0.0/16",
  podRange: "10.64.0.0/16",
  /** Where the external providers answer. */
  outside: "10.64.255.2",
} as const;

/** Where Envoy looks for the authorities that the system trusts; `namespaces/enter.sh` makes the folder the rehearsal's own. */
const authoritiesFile = "/etc/ssl/certs/ca-certificates.crt";

/** Where DNS answers; `resolv.conf` of the rehearsal names the first. */
export const dnsAddresses = ["10.65.0.10", "127.0.0.1"] as const;

/** Everything that an environment is applied to. */
export interface Stage {
  readonly controlPlane: ControlPlane;
  /** Switches simulated nodes off and on. */
  readonly power: Power;
  /** The external providers, simulated. */
  readonly providers: Pick<Providers, "openAccounts">;
  /** Processes that the rehearsal started. */
  readonly processes: () => readonly RunningProcess[];
  /** What must keep running: those processes, Envoy, and those who play the cluster's other parts. */
  readonly watched: () => readonly Watched[];
  readonly stop: () => Promise<void>;
}

/**
 * Sets the stage: control plane, simulated nodes, volumes and containers, DNS, external providers, and the live gateway. Runs inside
 * the rehearsal's own namespaces only.
 */
export async function setStage(job: Job, catalogue: Catalogue, zones: readonly Zone[], teller: Teller): Promise<Stage> {
  const { timeScale } = job;
  const logs = join(job.folder, "logs");
  mkdirSync(logs, { recursive: true });
  const controlPlane = await teller.phase(
    "control-plane",
    () => startControlPlane({ folder: join(job.folder, "control-plane"), logs, tools: job.tools, network, timeScale }),
    { done: () => "control plane is ready" },
  );
  const { client, kubeconfigFile } = controlPlane;
  const ending = new AbortController();
  const { signal } = ending;

  const names = new ServiceNames();
  const providers = new Providers(catalogue, network.outside);
  writeFileSync(authoritiesFile, providers.authority);
  await providers.listen(443);
  const closeDns = await startDns(dnsAddresses, { lookup: (name) => names.lookup(name) ?? providers.lookup(name) });
  await whileAllRuns(
    () => controlPlane.processes,
    () => apply(client, [...storageClasses, ...systemNodes(zones)]),
  );
  const power = new Power();

  const router = new RouterProgram(job.tools.bbr, logs, controlPlane);
  const playersLog = join(logs, "players.log");
  const broken: Watched[] = [];
  const note = (player: string) => (error: unknown) => {
    appendFileSync(playersLog, `${player}: ${error instanceof Error ? error.stack : String(error)}\n`);
    broken.push({
      name: `the player of ${player}`,
      isRunning: () => false,
      ending: () => reasonOf(error),
      tail: (lines) => tailOf(playersLog, lines),
    });
  };
  writeFileSync(playersLog, "");
  void names.follow(client, signal).catch(note("dns"));
  void playNodes(client, { catalogue, power, timeScale }, signal).catch(note("nodes"));
  void playVolumes(client, signal).catch(note("volumes"));
  const roles = rolesOf(catalogue, (pod) => router.start(pod), serverFaults(job.faults));
  void playPods(client, { roles, power, timeScale, slowStarts: slowStarts(job.faults) }, signal).catch(note("pods"));
  void playFaults(client, job.faults, signal).catch(note("faults"));

  const gatewayOptions = { folder: join(job.folder, "gateway"), logs, kubeconfigFile, tools: job.tools };
  const gateway = await teller.phase(
    "gateway",
    () =>
      whileAllRuns(
        () => [...controlPlane.processes, ...broken],
        () => startGateway(client, gatewayOptions),
      ),
    { done: () => "gateway controller is running" },
  );
  const processes = () => [...controlPlane.processes, gateway, ...router.processes()];
  const envoy = watchEnvoy(join(logs, "envoy-gateway.log"));
  return {
    controlPlane,
    power,
    providers,
    processes,
    watched: () => [...processes(), envoy, ...broken],
    stop: async () => {
      ending.abort();
      closeDns();
      providers.close();
      await gateway.stop();
      for (const one of router.processes()) await one.stop();
      await controlPlane.stop();
    },
  };
}
