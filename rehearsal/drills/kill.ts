import { setTimeout as sleep } from "node:timers/promises";
import { devicePluginNamespace, labels } from "../../plan/names.ts";
import type { Plan } from "../../plan/types.ts";
import type { Loss } from "../../plan/promises.ts";
import { RehearsalError } from "../error.ts";
import type { RunningProcess } from "../processes.ts";
import type { Stage } from "../stage.ts";
import type { Drill } from "./drill.ts";
import { Envoy } from "./envoy.ts";
import { connectNodes } from "./network.ts";
import { chooseNodes, lossOf, nodesOf, placedPodsOf } from "./target.ts";

/** One drill made concrete: what is killed, and how it is put back. */
export interface Kill {
  readonly target: string;
  /** Why this target. */
  readonly why: string;
  /** Nodes that are killed; empty for anything else. */
  readonly nodes: readonly string[];
  readonly loss: Loss;
  /** Seconds until it is put back; null: when everything is well again or nothing changes any more. */
  readonly awaySeconds: number | null;
  /** How a real cluster differs, for people. */
  readonly notes: readonly string[];
  /** Before any traffic. */
  readonly prepare: () => Promise<void>;
  readonly strike: () => Promise<void>;
  readonly putBack: () => Promise<void>;
}

/** Does the work while something is away. It is put back whatever fails: with `--keep` the environment stands on. */
export async function takenAway<Result>(
  { strike, putBack }: Pick<Kill, "strike" | "putBack">,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    await strike();
    result = await work();
  } catch (error) {
    // What failed first is what is told; half of it may never have been away.
    await putBack().catch(() => undefined);
    throw error;
  }
  await putBack();
  return result;
}

const nothing = () => Promise.resolve();

/** The API server is away for this long; on a real cluster its load balancer or its restart takes about as long. */
const apiServerAwaySeconds = 10;

/** kubelet starts a container again at once after its first crash. */
const containerAwaySeconds = 1;

/**
 * For how long nobody notices that a node is dead, at least. Kubernetes takes 50 s, and Envoy has to cope by itself until then; a
 * time that is scaled down to a second would hide whether it does.
 */
export const unnoticedSeconds = 15;

/** @throws RehearsalError where no such process runs. */
function processOf(stage: Stage, name: string): RunningProcess {
  const found = stage.processes().find((one) => one.name === name);
  if (!found) throw new RehearsalError(`--drill: no process "${name}" runs that could be killed.`);
  return found;
}

async function killNodes(drill: Extract<Drill, { kind: "node" | "zone" }>, stage: Stage): Promise<Kill> {
  const { client } = stage.controlPlane;
  const [nodes, pods] = [await client.list("/api/v1/nodes"), await client.list("/api/v1/pods")];
  const choice = chooseNodes(drill.kind, drill.target, nodesOf(nodes.items), placedPodsOf(pods.items));
  const names = new Set(choice.nodes.map(({ name }) => name));
  const objects = nodes.items.filter(({ metadata }) => names.has(metadata.name ?? ""));
  const loss = { kind: "nodes", ...lossOf(choice.nodes) } as const;
  return {
    target: choice.target,
    why: choice.why,
    nodes: [...names],
    loss,
    awaySeconds: null,
    notes:
      loss.others === 0
        ? []
        : [
            "Envoy is taken to run elsewhere; on a real cluster nothing answers where it ran on a node that is lost, until its pod runs on another one",
          ],
    prepare: nothing,
    strike: async () => {
      await connectNodes(objects, false);
      for (const name of names) stage.power.off(name, unnoticedSeconds * 1000);
    },
    putBack: async () => {
      await connectNodes(objects, true);
      for (const name of names) stage.power.on(name);
    },
  };
}

function killGateway(part: "envoy" | "router" | "controller", stage: Stage, logs: string): Kill {
  const common = {
    target: part,
    why: "asked for",
    nodes: [],
    loss: { kind: "gateway", part },
    prepare: nothing,
  } as const;
  if (part === "router") {
    const router = processOf(stage, "bbr");
    return {
      ...common,
      awaySeconds: containerAwaySeconds,
      notes: ["one process plays every replica of the router; on a real cluster the others answer"],
      strike: () => router.kill(),
      // Its pods' liveness probes may have started another one by now.
      putBack: async () => {
        if (!stage.processes().some(({ name, isRunning }) => name === router.name && isRunning())) router.restart();
      },
    };
  }
  const envoy = new Envoy(logs);
  if (part === "envoy") {
    return {
      ...common,
      why: "it serves every request",
      awaySeconds: containerAwaySeconds,
      notes: [
        "Envoy is started again by the drill, in the place of kubelet: the gateway's own Deployment is not rehearsed",
      ],
      strike: async () => envoy.kill(),
      putBack: async () => envoy.start(),
    };
  }
  const controller = processOf(stage, "envoy-gateway");
  return {
    ...common,
    awaySeconds: apiServerAwaySeconds,
    notes: [
      "here Envoy is a child of its controller; the drill first makes it a process of its own, as it is on a cluster",
    ],
    prepare: async () => {
      envoy.kill();
      await sleep(containerAwaySeconds * 1000);
      envoy.start();
    },
    strike: () => controller.kill(),
    // It finds Envoy running, and serves it.
    putBack: async () => controller.restart(),
  };
}

async function killPlugin(plan: Plan, stage: Stage): Promise<Kill> {
  const { client } = stage.controlPlane;
  const path = `/api/v1/namespaces/${devicePluginNamespace(plan.environment)}/pods`;
  const { items } = await client.list(path, { labelSelector: `${labels.component}=device-plugin` });
  return {
    target: `${items.length} pods`,
    why: "all that there are",
    nodes: [],
    loss: { kind: "plugin" },
    awaySeconds: null,
    notes: [],
    prepare: nothing,
    strike: async () => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
      for (const { metadata } of items) await client.request("DELETE", `${path}/${metadata.name}`, { body });
    },
    putBack: nothing,
  };
}

function killApiServer(stage: Stage): Kill {
  const server = processOf(stage, "kube-apiserver");
  return {
    target: "kube-apiserver",
    why: "there is one",
    nodes: [],
    loss: { kind: "api-server" },
    awaySeconds: apiServerAwaySeconds,
    notes: [],
    prepare: nothing,
    strike: () => server.kill(),
    putBack: async () => server.restart(),
  };
}

/**
 * What a drill kills in this environment, as it stands now.
 * @param logs folder for the log of what a drill starts.
 * @throws RehearsalError where the target is not there.
 */
export async function killOf(drill: Drill, plan: Plan, stage: Stage, logs: string): Promise<Kill> {
  switch (drill.kind) {
    case "node":
    case "zone":
      return killNodes(drill, stage);
    case "gateway":
      return killGateway(drill.target, stage, logs);
    case "plugin":
      return killPlugin(plan, stage);
    case "api-server":
      return killApiServer(stage);
  }
}
