import { labels } from "../../plan/names.ts";
import type { KubeClient, KubeObject } from "../kube/client.ts";
import { conditionsOf, textField } from "../kube/fields.ts";
import { follow } from "../kube/follow.ts";

/** What the API server said of one pod. Times are milliseconds on the clock of `performance.now`. */
export interface PodLife {
  readonly name: string;
  /** Specialist or component that it belongs to, as its labels say. */
  readonly owner: string;
  readonly seenAt: number;
  node?: string;
  /** When it was told to end, or was gone. */
  deletedAt?: number;
  readyAt?: number;
  /** The scheduler's reason, while it has no node. */
  unscheduled?: string;
  /** Why it is not ready, once it has a node. */
  unready?: string;
}

const condition = (object: KubeObject, type: string) => conditionsOf(object).find((one) => one.type === type);

/** Takes down what the API server says of pods and nodes while a drill goes on. */
export class Witness {
  readonly #pods = new Map<string, PodLife>();
  readonly #lost = new Set<string>();
  readonly #noticed = new Map<string, number>();
  readonly #ending = new AbortController();
  #changes = 0;
  /** Rejects when the watching itself breaks, which is a bug. */
  readonly broken: Promise<never>;

  constructor(client: KubeClient) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.broken = promise;
    // Whoever awaits it learns of it; nobody awaits it after the end.
    promise.catch(() => undefined);
    const { signal } = this.#ending;
    const pods = { onChange: (pod: KubeObject) => this.#seePod(pod), onGone: (pod: KubeObject) => this.#losePod(pod) };
    const nodes = { onChange: (node: KubeObject) => this.#seeNode(node), onGone: () => undefined };
    follow(client, "/api/v1/pods", pods, signal).catch(reject);
    follow(client, "/api/v1/nodes", nodes, signal).catch(reject);
  }

  get pods(): readonly PodLife[] {
    return [...this.#pods.values()];
  }

  /** Nodes that were seen to be not ready, and when first. */
  get noticed(): ReadonlyMap<string, number> {
    return this.#noticed;
  }

  /** Goes up with everything that has changed for pods or nodes. */
  get changes(): number {
    return this.#changes;
  }

  stop(): void {
    this.#ending.abort();
  }

  #seePod(pod: KubeObject): void {
    const key = pod.metadata.uid ?? "";
    const known = this.#pods.get(key);
    const label = pod.metadata.labels ?? {};
    const owner = label[labels.specialist] ?? label[labels.component] ?? "";
    const life = known ?? { name: pod.metadata.name ?? "", owner, seenAt: performance.now() };
    const before = JSON.stringify(life);
    const node = textField(pod, "spec", "nodeName");
    const ready = condition(pod, "Ready");
    if (node !== undefined) life.node = node;
    if (pod.metadata.deletionTimestamp !== undefined) life.deletedAt ??= performance.now();
    if (ready?.status === "True") life.readyAt ??= performance.now();
    else delete life.readyAt;
    const unscheduled = node === undefined ? condition(pod, "PodScheduled")?.message : undefined;
    const unready = ready?.status === "True" ? undefined : ready?.message;
    if (unscheduled === undefined) delete life.unscheduled;
    else life.unscheduled = unscheduled;
    if (unready === undefined) delete life.unready;
    else life.unready = unready;
    this.#pods.set(key, life);
    if (!known || JSON.stringify(life) !== before) this.#changes += 1;
  }

  #losePod(pod: KubeObject): void {
    const life = this.#pods.get(pod.metadata.uid ?? "");
    if (life) life.deletedAt ??= performance.now();
    this.#changes += 1;
  }

  #seeNode(node: KubeObject): void {
    const name = node.metadata.name ?? "";
    const isLost = condition(node, "Ready")?.status !== "True";
    if (isLost === this.#lost.has(name)) return;
    if (isLost) this.#lost.add(name);
    else this.#lost.delete(name);
    if (isLost && !this.#noticed.has(name)) this.#noticed.set(name, performance.now());
    this.#changes += 1;
  }
}
