import type { Addresses } from "./addresses.ts";
import type { Attachments, Obstacle } from "./attachments.ts";
import { ContainerLife } from "./container-life.ts";
import { KubeError, type KubeClient, type KubeObject } from "./kube/client.ts";
import { textField } from "./kube/fields.ts";
import { recordWarning } from "./kube/record-event.ts";
import { containersOf } from "./kube/views.ts";
import type { PodNeeds } from "./pod-needs.ts";
import { dated, podStatus, shapeOf } from "./pod-status.ts";
import type { Power } from "./power.ts";
import type { ImageRole } from "./roles.ts";
import { estimateOf, startupSecondsOf } from "./start-estimate.ts";
import type { TimeScale } from "./time-scale.ts";

/** What all pods of a cluster share. */
export interface Household {
  readonly client: KubeClient;
  readonly roles: ReadonlyMap<string, ImageRole>;
  readonly power: Power;
  readonly timeScale: TimeScale;
  /** Specialists whose start-up takes longer than their start-up probe waits. */
  readonly slowStarts: ReadonlySet<string>;
  readonly needs: PodNeeds;
  readonly attachments: Attachments;
  readonly addresses: Addresses;
  /** Images that nodes have pulled, as `node image`. */
  readonly pulled: Set<string>;
  readonly signal: AbortSignal;
}

const retryMs = 1_000;
/** How often the progress of a long start-up is told. */
const progressMs = 5_000;

/** The life of a pod from its binding to a node to its end, as that node's kubelet leads it. */
export class PodLife {
  #pod: KubeObject;
  readonly #house: Household;
  readonly #node: string;
  #isGone = false;
  #wasOff = false;
  #address: string | undefined;
  #containers: readonly ContainerLife[] = [];
  #obstacle: Obstacle | undefined;
  /** Real milliseconds of its containers' next step; undefined for their first. */
  #stepMs: number | undefined;
  #told = "";
  #toldShape = "";
  #recorded: string | undefined;
  #toldMs = 0;
  #wake: () => void = () => undefined;

  constructor(pod: KubeObject, house: Household) {
    this.#pod = pod;
    this.#house = house;
    this.#node = textField(pod, "spec", "nodeName") ?? "";
  }

  /** The pod's newest state at the API server. */
  update(pod: KubeObject): void {
    const isNews = pod.metadata.deletionTimestamp !== this.#pod.metadata.deletionTimestamp;
    this.#pod = pod;
    if (isNews) this.#wake();
  }

  /** The API server has it no more. */
  end(): void {
    this.#isGone = true;
    this.#wake();
  }

  /** A node was switched: what runs on one that is off stops at once. */
  async switched(node: string): Promise<void> {
    if (node !== this.#node) return;
    if (this.#house.power.isOff(node)) {
      this.#wasOff = true;
      await this.#stop();
    }
    this.#wake();
  }

  /** Lives until the pod is gone or the signal aborts. */
  async live(): Promise<void> {
    const { power, signal } = this.#house;
    while (!signal.aborted && !this.#isGone) {
      if (power.isOff(this.#node)) {
        this.#wasOff = true;
        // Also what was just being started.
        await this.#stop();
        await this.#rest(retryMs);
        continue;
      }
      try {
        await this.#turn();
      } catch (error) {
        // The API server is away: what runs runs on, and the rest waits.
        if (!(error instanceof KubeError)) throw error;
        await this.#rest(retryMs);
      }
    }
    await this.#stop();
  }

  async #turn(): Promise<void> {
    if (this.#wasOff) {
      this.#wasOff = false;
      [this.#told, this.#toldShape] = ["", ""];
      // Also what came up between the switches.
      await this.#stop();
      for (const container of this.#containers) container.reboot();
    }
    if (this.#pod.metadata.deletionTimestamp !== undefined) {
      await this.#stop();
      await this.#finish();
      return this.#rest(retryMs);
    }
    if (this.#address === undefined) await this.#prepare();
    for (const container of this.#containers) await container.step(this.#stepMs);
    await this.#report();
    this.#stepMs = this.#containers.length > 0 ? Math.min(...this.#containers.map(({ restMs }) => restMs)) : undefined;
    return this.#rest(this.#stepMs ?? retryMs);
  }

  /** Volumes and address: what a kubelet sees to before the first container. */
  async #prepare(): Promise<void> {
    const { client, attachments, needs, addresses, roles, timeScale, pulled, slowStarts } = this.#house;
    const missing = async (): Promise<Obstacle | undefined> => {
      const message = await needs.missingVolume(this.#pod);
      return message === undefined ? undefined : { reason: "FailedMount", message };
    };
    this.#obstacle = (await attachments.attach(this.#pod)) ?? (await missing());
    const range = textField(await client.find(`/api/v1/nodes/${this.#node}`), "spec", "podCIDR");
    if (this.#obstacle !== undefined) return;
    const address = range === undefined ? undefined : addresses.give(this.#pod.metadata.uid ?? "", range);
    if (address === undefined) {
      const message = `no pod address is free on the node ${this.#node} (its range: ${range ?? "none yet"})`;
      this.#obstacle = { reason: "FailedCreatePodSandBox", message };
      return;
    }
    this.#address = address;
    const estimate = await estimateOf(this.#pod, client);
    this.#containers = containersOf(this.#pod).map((container, index) => {
      const image = `${this.#node} ${container.image}`;
      const pullSeconds = pulled.has(image) ? 0 : estimate.imagePullSeconds;
      return new ContainerLife({
        pod: () => this.#pod,
        index,
        container,
        role: roles.get(container.image),
        address,
        pullSeconds,
        onPulled: () => pulled.add(image),
        startupSeconds: startupSecondsOf(this.#pod, container, estimate, slowStarts),
        timeScale,
        needs,
      });
    });
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#containers.map((container) => container.stop()));
  }

  get #path(): string {
    return `/api/v1/namespaces/${this.#pod.metadata.namespace}/pods/${this.#pod.metadata.name}`;
  }

  /** Tells the API server that nothing of the pod runs any more. It is gone then. */
  async #finish(): Promise<void> {
    if (this.#house.power.isOff(this.#node)) return;
    const body = { gracePeriodSeconds: 0, preconditions: { uid: this.#pod.metadata.uid } };
    await this.#house.client.request("DELETE", this.#path, { body }).catch((error: unknown) => {
      // Gone already, or another of the same name.
      if (!(error instanceof KubeError && (error.status === 404 || error.status === 409))) throw error;
    });
  }

  async #report(): Promise<void> {
    const { client, power } = this.#house;
    const status = podStatus(this.#pod, this.#containers, this.#address, this.#obstacle?.message);
    const shape = shapeOf(status);
    const isNews = shape !== this.#toldShape || performance.now() - this.#toldMs > progressMs;
    const text = JSON.stringify(status);
    if (!isNews || text === this.#told || power.isOff(this.#node)) return;
    await client.request("PATCH", `${this.#path}/status`, {
      contentType: "application/strategic-merge-patch+json",
      // Of another pod of the same name nothing is said.
      body: { metadata: { uid: this.#pod.metadata.uid }, status: dated(status, this.#pod) },
    });
    [this.#told, this.#toldShape, this.#toldMs] = [text, shape, performance.now()];
    await this.#record();
  }

  /** Leaves a warning for whoever looks at the pod, once for each new fault. */
  async #record(): Promise<void> {
    const fault = this.#obstacle?.message ?? this.#containers.map((one) => one.fault).find((one) => one !== undefined);
    if (fault === this.#recorded) return;
    this.#recorded = fault;
    if (fault === undefined) return;
    const reason = this.#obstacle?.reason ?? "Failed";
    const component = reason === "FailedAttachVolume" ? "attachdetach-controller" : "kubelet";
    const occurrence = { kind: "Pod", object: this.#pod, component, reason, message: fault } as const;
    await recordWarning(this.#house.client, occurrence);
  }

  /** Waits so long, or until something calls. */
  async #rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }
}
