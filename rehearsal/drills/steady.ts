import type { Plan } from "../../plan/types.ts";
import { ask, pathOn, requestFor, type Ask, type Entry } from "../traffic.ts";
import type { Sample } from "./tally.ts";

export interface Target {
  readonly specialist: string;
  /** Who has to answer, as its pods call themselves. */
  readonly objectName: string;
  readonly ask: Ask;
}

/** One request for each specialist: by its model name, or by the first of its paths where it has no route by name. */
export const targetsOf = (plan: Plan): readonly Target[] =>
  plan.specialists.map((specialist) => {
    const model = plan.gateway.models.find((route) => route.specialist === specialist.name)?.names[0];
    const route = plan.gateway.paths.find((one) => one.specialist === specialist.name);
    return {
      specialist: specialist.name,
      objectName: specialist.objectName,
      ask: requestFor(specialist, model ?? "", model === undefined && route ? pathOn(route) : undefined),
    };
  });

/** What a failed connection is called. */
function nameOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && "code" in error) {
    if (error.code === "ECONNREFUSED") return "refused";
    if (error.code === "ECONNRESET") return "reset";
    return String(error.code);
  }
  return `no answer in ${timeoutMs / 1000} s`;
}

/**
 * Open-loop traffic: a fixed rate to each specialist in the plan's order, whether answers come or not. Nothing is random, and a late
 * timer is caught up with.
 */
export class SteadyTraffic {
  readonly #targets: readonly Target[];
  readonly #entry: Entry;
  readonly #timeoutMs: number;
  readonly #intervalMs: number;
  readonly #begun = performance.now();
  readonly #samples: Sample[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param rate requests per second to each specialist. */
  constructor(targets: readonly Target[], entry: Entry, rate: number, timeoutMs: number) {
    this.#targets = targets;
    this.#entry = entry;
    this.#timeoutMs = timeoutMs;
    this.#intervalMs = 1000 / (rate * targets.length);
    if (targets.length > 0) this.#next();
  }

  /** Requests that have ended so far. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Sends nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#underWay);
  }

  #next(): void {
    const due = () => this.#begun + this.#sent * this.#intervalMs;
    while (due() <= performance.now()) {
      const target = this.#targets[this.#sent % this.#targets.length];
      this.#sent += 1;
      if (!target) return;
      const sending: Promise<void> = this.#send(target).finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
    }
    this.#timer = setTimeout(() => this.#next(), Math.max(1, due() - performance.now()));
  }

  async #send({ specialist, objectName, ask: one }: Target): Promise<void> {
    const at = performance.now();
    const sample = { specialist, at, pod: "", node: "" };
    try {
      const { status, headers } = await ask(this.#entry, one, this.#timeoutMs);
      const by = String(headers["x-polymath-specialist"] ?? "");
      const wrong = status !== 200 ? `HTTP ${status}` : by !== objectName ? "wrong specialist" : undefined;
      const pod =
        String(headers["x-polymath-pod"] ?? "")
          .split("/")
          .at(-1) ?? "";
      const node = String(headers["x-polymath-node"] ?? "");
      this.#samples.push({
        ...sample,
        endedAt: performance.now(),
        pod,
        node,
        ...(wrong !== undefined && { failure: wrong }),
      });
    } catch (error) {
      this.#samples.push({ ...sample, endedAt: performance.now(), failure: nameOf(error, this.#timeoutMs) });
    }
  }
}
