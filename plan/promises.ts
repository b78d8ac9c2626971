import type { Plan, PoolPlan, SpecialistPlan } from "./types.ts";

/** What is taken away, as far as a plan can know it. */
export type Loss =
  /** Nodes that crash: by pool, and how many without GPUs, where gateway and router run. */
  | { readonly kind: "nodes"; readonly lost: Readonly<Record<string, number>>; readonly others: number }
  /** Envoy; the body-based router; the controller that configures Envoy. */
  | { readonly kind: "gateway"; readonly part: "envoy" | "router" | "controller" }
  /** The device plugin's pods on every node. */
  | { readonly kind: "plugin" }
  | { readonly kind: "api-server" };

/**
 * From the best to the worst:
 * - "unaffected": not one request is lost;
 * - "keeps-answering": replicas are left; only what was under way to the others is lost, until Envoy leaves them out;
 * - "comes-back": nothing answers until it has been started again, which needs no hand;
 * - "lost": nothing answers until what was taken away is back.
 */
export type PromiseKind = "unaffected" | "keeps-answering" | "comes-back" | "lost";

/** What a plan promises for one specialist when something is lost: the worst case, whatever order pods were scheduled in. */
export interface SpecialistPromise {
  readonly specialist: string;
  readonly kind: PromiseKind;
  /** Replicas that the loss takes at most. */
  readonly mayLose: number;
  /** Seconds on a real cluster until every request is answered again, at most; null where that is not promised. */
  readonly withinSeconds: number | null;
  /** What is promised instead where none of its replicas is on a node that is lost. */
  readonly spared: "unaffected" | "keeps-answering";
  /** One sentence for people. */
  readonly why: string;
}

/** Seconds on a real cluster, by their names in Kubernetes 1.36; a rehearsal scales both. */
export const nodeLoss = {
  /** Kubernetes notices that a node is silent: `--node-monitor-grace-period` of the controller manager. */
  noticed: 50,
  /** Its pods are evicted: `--default-unreachable-toleration-seconds` of the API server. */
  evicted: 300,
} as const;

/**
 * Seconds after which no request is lost to a dead replica any more: connections that were open swallow one each, two attempts to connect
 * of a second each leave it out. `backendTrafficPolicy` and the router's health check of the routing ingress see to it.
 */
export const ejectionSeconds = 10;

/** Seconds until a container of the gateway that crashed answers again: kubelet's first restart waits up to ten, and it has to start. */
export const containerRestartSeconds = 30;

const slotsOf = ({ gpusPerNode, gpusPerReplica }: PoolPlan) => Math.floor(gpusPerNode / gpusPerReplica);
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

type Pledge = Omit<SpecialistPromise, "specialist" | "spared">;

const unaffected = (why: string): Pledge => ({ kind: "unaffected", mayLose: 0, withinSeconds: 0, why });

/** A pool's nodes crash. Every replica of a pool takes the same number of GPUs, so slots are all there is to count. */
function withoutNodes(plan: Plan, { pool: name, replicas, store, serving }: SpecialistPlan, lost: number): Pledge {
  const pool = plan.pools.find((one) => one.name === name);
  if (!pool || lost === 0) return unaffected("no node of its pool is lost");
  const slots = slotsOf(pool);
  const mayLose = Math.min(replicas, slots * Math.min(lost, pool.nodes));
  if (mayLose < replicas) {
    return {
      kind: "keeps-answering",
      mayLose,
      withinSeconds: ejectionSeconds,
      why: `at least ${replicas - mayLose} of ${plural(replicas, "replica")} is elsewhere: a node of ${pool.name} holds ${slots}`,
    };
  }
  const all = plan.specialists.filter((one) => one.pool === name).reduce((sum, one) => sum + one.replicas, 0);
  const left = slots * Math.max(0, pool.nodes - lost);
  if (left < all) {
    return {
      kind: "lost",
      mayLose,
      withinSeconds: null,
      why: `no spare GPU: ${pool.name} then holds ${left} of ${plural(all, "replica")}`,
    };
  }
  if (store.accessMode === "ReadWriteOnce") {
    return {
      kind: "lost",
      mayLose,
      withinSeconds: null,
      why: `its weights are on a volume of one node (ReadWriteOnce), which stays attached to the node that is lost`,
    };
  }
  return {
    kind: "comes-back",
    mayLose,
    withinSeconds: nodeLoss.noticed + nodeLoss.evicted + serving.deadlines.progress,
    why: `spare GPUs: what is left of ${pool.name} holds all ${plural(all, "replica")}`,
  };
}

/** Whether requests to it pass the body-based router. */
const isRouted = (plan: Plan, { name }: SpecialistPlan) =>
  plan.gateway.models.some(({ specialist }) => specialist === name);

/** Whether a node without GPUs is lost, and with it perhaps a replica of the router that its requests pass. */
const mayLoseRouter = (plan: Plan, specialist: SpecialistPlan, loss: Loss) =>
  loss.kind === "nodes" && loss.others > 0 && isRouted(plan, specialist);

const withoutRouter = ({ why }: Pledge): Pledge => ({
  kind: "keeps-answering",
  mayLose: 0,
  withinSeconds: ejectionSeconds,
  why: `${why}; another replica of the router names the model of its requests`,
});

function withoutGateway(plan: Plan, specialist: SpecialistPlan, part: "envoy" | "router" | "controller"): Pledge {
  if (part === "controller") return unaffected("Envoy serves what it was last told");
  const restarted = { kind: "comes-back", mayLose: 0, withinSeconds: containerRestartSeconds } as const;
  if (part === "envoy") return { ...restarted, why: "one Envoy serves all; its container is started again" };
  return isRouted(plan, specialist)
    ? { ...restarted, why: "the router names the model of its requests; its containers are started again" }
    : unaffected("its requests are matched by path, without the router");
}

function promiseFor(plan: Plan, specialist: SpecialistPlan, loss: Loss): Pledge {
  switch (loss.kind) {
    case "nodes": {
      const pledge = withoutNodes(plan, specialist, loss.lost[specialist.pool] ?? 0);
      return mayLoseRouter(plan, specialist, loss) && pledge.kind === "unaffected" ? withoutRouter(pledge) : pledge;
    }
    case "gateway":
      return withoutGateway(plan, specialist, loss.part);
    case "plugin":
      return unaffected("containers keep the GPUs that they were given; only new pods wait for the device plugin");
    case "api-server":
      return unaffected("no request passes the API server; nothing is rescheduled while it is away");
  }
}

/** What the plan promises for each specialist, in the plan's order, when something is lost. Pure. */
export const promisesOf = (plan: Plan, loss: Loss): readonly SpecialistPromise[] =>
  plan.specialists.map((specialist) => ({
    specialist: specialist.name,
    ...promiseFor(plan, specialist, loss),
    spared: mayLoseRouter(plan, specialist, loss) ? "keeps-answering" : "unaffected",
  }));
