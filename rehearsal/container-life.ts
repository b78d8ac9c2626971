import type { ContainerStatus, Termination, Waiting } from "./container-status.ts";
import type { KubeObject } from "./kube/client.ts";
import { timestamp } from "./kube/timestamp.ts";
import type { Container, Probe } from "./kube/views.ts";
import type { PodNeeds } from "./pod-needs.ts";
import { startupDeadline, succeeds } from "./probes.ts";
import type { ImageRole, Program } from "./roles.ts";
import { realMs, type TimeScale } from "./time-scale.ts";

/** What a container's life depends on. Times are simulated seconds. */
export interface ContainerSetting {
  readonly pod: () => KubeObject;
  /** Its place among the pod's containers. */
  readonly index: number;
  readonly container: Container;
  /** What its image stands for; undefined for an image that nobody knows. */
  readonly role: ImageRole | undefined;
  readonly address: string;
  /** From the pull of the image on; 0 where the node has it. */
  readonly pullSeconds: number;
  /** Called when the node has the image. */
  readonly onPulled?: () => void;
  /** From the start of the process until it serves. */
  readonly startupSeconds: number;
  readonly timeScale: TimeScale;
  readonly needs: Pick<PodNeeds, "missingVariable" | "hasPullSecret">;
  /** Real milliseconds, by which probes of a container that serves are repeated. Default: the process's clock. */
  readonly now?: () => number;
}

/** A probe that is repeated: when it is due, and how often it has failed in a row. */
interface Repeated {
  dueMs: number;
  misses: number;
}

/** Least real time between two probes of a container that is ready, however fast its time runs; of one that is not. */
const leastPeriodMs = 2_000;
const unreadyPeriodMs = 200;
/** How often what keeps a container from starting is looked at again. */
const obstacleMs = 1_000;
/** How long a probe waits for an answer: at a start it is tried again soon, and a silent server must not take for ever to fail. */
const startupTimeoutMs = 500;
const timeoutMs = 2_000;
/** Kubernetes waits 10 s before the first restart, then twice as long each time, up to five minutes. */
const backOffSeconds = { first: 10, most: 300 };
const leastBackOffMs = 1_000;
/** Killed by a signal that cannot be caught; what a container's end is called when its machine was gone. */
const exitCodes = { killed: 137, lost: 255 };

/**
 * The life of one container: image pull, start, start-up probe, readiness and liveness probes, restarts. It moves in steps of simulated
 * time, and counts by them alone, so that a slow machine neither fails a healthy start nor lets a slow one pass.
 */
export class ContainerLife {
  readonly #setting: ContainerSetting;
  readonly #now: () => number;
  #phase: "creating" | "running" | "backing-off" = "creating";
  #waiting: Waiting = { reason: "ContainerCreating" };
  /** Simulated seconds in this phase. */
  #elapsed = 0;
  #isPulled = false;
  #checkMs = 0;
  #program: Program | undefined;
  #isLoaded = false;
  #isStarted = false;
  #isReady = false;
  #startedAt = "";
  #restarts = 0;
  #last: Termination | undefined;
  /** Why it was ended, until it is ready again. */
  #failure: string | undefined;
  #readiness: Repeated = { dueMs: 0, misses: 0 };
  #liveness: Repeated = { dueMs: 0, misses: 0 };

  constructor(setting: ContainerSetting) {
    this.#setting = setting;
    this.#now = setting.now ?? (() => performance.now());
  }

  get isReady(): boolean {
    return this.#phase === "running" && this.#isStarted && this.#isReady;
  }

  /** Whether its process has begun at least once. */
  get hasRun(): boolean {
    return this.#phase === "running" || this.#restarts > 0;
  }

  /** Real milliseconds until the next step is worth while. */
  get restMs(): number {
    if (this.isReady) return leastPeriodMs / 2;
    return this.#phase === "running" && this.#isStarted ? unreadyPeriodMs : this.#tickMs;
  }

  /** Real milliseconds of one step: a period of the start-up probe, as far as others can follow. */
  get #tickMs(): number {
    const period = this.#setting.container.startupProbe?.periodSeconds ?? 1;
    return Math.min(1_000, realMs(period, this.#setting.timeScale, 100));
  }

  /** What is wrong with it, in words that stay the same while nothing new happens; undefined while all goes its way. */
  get fault(): string | undefined {
    const { name } = this.#setting.container;
    if (this.isReady) return undefined;
    if (this.#failure !== undefined) return `container ${name} keeps being restarted: ${this.#failure}`;
    if (this.#phase !== "running") return this.#waiting.message;
    if (this.#isStarted) return "its readiness probe fails";
    return this.#isLoaded ? "its startup probe fails" : undefined;
  }

  /** Why it is not ready; undefined once it is. While it pulls or loads, the words move on with it. */
  get why(): string | undefined {
    const { container, startupSeconds, pullSeconds } = this.#setting;
    if (this.isReady) return undefined;
    if (this.fault !== undefined) return this.fault;
    // In seconds, so that even a start of hours is seen to move on.
    const share = (of: number) => `${Math.floor(this.#elapsed)} of about ${Math.round(of)} s`;
    if (this.#phase === "running") return `it is starting: ${share(startupSeconds)}`;
    return pullSeconds > 0 && !this.#isPulled
      ? `its image is being pulled: ${share(pullSeconds)}`
      : `container ${container.name} is being created`;
  }

  status(): ContainerStatus {
    const { name, image } = this.#setting.container;
    const isRunning = this.#phase === "running";
    return {
      name,
      image,
      imageID: isRunning ? image : "",
      ready: this.isReady,
      started: isRunning && this.#isStarted,
      restartCount: this.#restarts,
      state: isRunning ? { running: { startedAt: this.#startedAt } } : { waiting: this.#waiting },
      lastState: this.#last ? { terminated: this.#last } : {},
    };
  }

  /**
   * Moves on by one step.
   * @param restMs real milliseconds that it stands for; a neighbour in its pod may ask for shorter ones. Default: its own.
   * @throws KubeError when the API server does not say what the container needs.
   */
  async step(restMs: number = this.#tickMs): Promise<void> {
    this.#elapsed += restMs / 1000 / this.#setting.timeScale;
    if (this.#phase === "backing-off" && this.#elapsed >= this.#backOff) this.#enter("creating");
    if (this.#phase === "creating") await this.#create();
    else if (this.#phase === "running") await this.#serve();
  }

  /** Ends its process at once. */
  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** After its machine came back: what ran is gone, and is started again. */
  reboot(): void {
    if (this.#phase !== "running") return;
    this.#end("its node went away", exitCodes.lost, "Unknown");
    this.#enter("creating");
  }

  #enter(phase: "creating" | "running" | "backing-off"): void {
    this.#phase = phase;
    this.#elapsed = 0;
    this.#checkMs = 0;
  }

  get #backOff(): number {
    const { first, most } = backOffSeconds;
    return Math.max(Math.min(most, first * 2 ** (this.#restarts - 1)), leastBackOffMs / 1000 / this.#setting.timeScale);
  }

  async #create(): Promise<void> {
    const { pod, container, role, address, pullSeconds, needs, index } = this.#setting;
    if (this.#now() < this.#checkMs) return;
    this.#checkMs = this.#now() + obstacleMs;
    const wait = (reason: string, message: string) => {
      this.#waiting = { reason, message };
    };
    const pullError = this.#waiting.reason.includes("ImagePull") ? "ImagePullBackOff" : "ErrImagePull";
    if (!role) return wait(pullError, `a rehearsal knows no program for the image ${container.image}`);
    if (role.isPrivate && !(await needs.hasPullSecret(pod()))) {
      const message = `its registry asks for a credential, and none of the pod's imagePullSecrets exists`;
      return wait(pullError, `failed to pull the image ${container.image}: ${message}`);
    }
    if (!this.#isPulled && this.#elapsed < pullSeconds) {
      this.#checkMs = 0;
      this.#waiting = { reason: "ContainerCreating" };
      return undefined;
    }
    this.#isPulled = true;
    this.#setting.onPulled?.();
    const missing = await needs.missingVariable(pod(), index);
    if (missing !== undefined) return wait("CreateContainerConfigError", missing);
    try {
      this.#program = await role.start(pod(), address);
    } catch (error) {
      return wait("RunContainerError", error instanceof Error ? error.message : String(error));
    }
    this.#enter("running");
    this.#startedAt = timestamp();
    [this.#isLoaded, this.#isStarted, this.#isReady] = [false, false, false];
    [this.#readiness, this.#liveness] = [
      { dueMs: 0, misses: 0 },
      { dueMs: 0, misses: 0 },
    ];
    return this.#serve();
  }

  async #serve(): Promise<void> {
    const { container, startupSeconds } = this.#setting;
    const deadline = startupDeadline(container);
    // The last try of the start-up probe falls on the deadline itself.
    const at = this.#isStarted ? this.#elapsed : Math.min(this.#elapsed, deadline);
    if (!this.#isLoaded && at >= startupSeconds) {
      try {
        await this.#program?.load();
      } catch (error) {
        return this.#fail(error instanceof Error ? error.message : String(error));
      }
      this.#isLoaded = true;
    }
    if (!this.#isStarted) {
      const { startupProbe } = container;
      if (
        startupProbe &&
        !(at >= startupProbe.initialDelaySeconds && (await this.#try(startupProbe, startupTimeoutMs)))
      ) {
        if (at < deadline) return undefined;
        const needed = this.#isLoaded ? "" : `; its start-up takes about ${Math.round(startupSeconds)} s`;
        return this.#fail(`its startup probe failed for ${deadline} s${needed}`);
      }
      this.#isStarted = true;
    }
    await this.#watch();
    if (this.isReady) this.#failure = undefined;
    return undefined;
  }

  /** Liveness and readiness of a container that has started. */
  async #watch(): Promise<void> {
    const { livenessProbe, readinessProbe } = this.#setting.container;
    if (livenessProbe && (await this.#repeat(livenessProbe, this.#liveness)) === "failed")
      return this.#fail(`its liveness probe failed ${livenessProbe.failureThreshold} times`);
    if (!readinessProbe) {
      this.#isReady = true;
      return undefined;
    }
    const outcome = await this.#repeat(readinessProbe, this.#readiness);
    if (outcome === "passed") this.#isReady = true;
    else if (outcome === "failed") this.#isReady = false;
    if (!this.#isReady) this.#readiness.dueMs = Math.min(this.#readiness.dueMs, this.#now() + unreadyPeriodMs);
    return undefined;
  }

  /** Tries a probe where it is due. "failed" comes with the last miss that its threshold allows. */
  async #repeat(probe: Probe, state: Repeated): Promise<"passed" | "failed" | "open"> {
    if (this.#now() < state.dueMs || this.#elapsed < probe.initialDelaySeconds) return "open";
    const ok = await this.#try(probe, timeoutMs);
    state.misses = ok ? 0 : state.misses + 1;
    state.dueMs = this.#now() + realMs(probe.periodSeconds, this.#setting.timeScale, leastPeriodMs);
    if (ok) return "passed";
    return state.misses >= probe.failureThreshold ? "failed" : "open";
  }

  #try(probe: Probe, limitMs: number): Promise<boolean> {
    const { container, address } = this.#setting;
    return succeeds(probe, { container, address, timeoutMs: limitMs });
  }

  async #fail(message: string): Promise<void> {
    await this.stop();
    this.#failure = message;
    this.#end(message, exitCodes.killed, "Error");
    this.#enter("backing-off");
    this.#waiting = { reason: "CrashLoopBackOff", message: `back-off restarting failed container: ${message}` };
  }

  #end(message: string, exitCode: number, reason: string): void {
    this.#last = { exitCode, reason, message, startedAt: this.#startedAt, finishedAt: timestamp() };
    this.#restarts += 1;
    this.#program = undefined;
  }
}
