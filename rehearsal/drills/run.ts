import { setTimeout as sleep } from "node:timers/promises";
import { nodeLoss, promisesOf } from "../../plan/promises.ts";
import type { Plan } from "../../plan/types.ts";
import { RehearsalError } from "../error.ts";
import { KubeError } from "../kube/client.ts";
import { survey, type Problem } from "../problems.ts";
import { describe } from "../settle.ts";
import { whileAllRuns } from "../watch.ts";
import type { Stage } from "../stage.ts";
import { realMs, type TimeScale } from "../time-scale.ts";
import type { Entry } from "../traffic.ts";
import { controllersAct, gpusOffered, type Check } from "./checks.ts";
import type { Drill } from "./drill.ts";
import { killOf, takenAway, unnoticedSeconds, type Kill } from "./kill.ts";
import { movesOf, scalesOf } from "./moves.ts";
import type { DrillReport, Move, SpecialistReport } from "./report.ts";
import { SteadyTraffic, targetsOf } from "./steady.ts";
import { seconds, tallyOf, unwell } from "./tally.ts";
import { judge } from "./verdict.ts";
import { Witness } from "./witness.ts";

export interface DrillOptions {
  /** Requests per second to each specialist. Default 4. */
  readonly rate?: number;
  /** Milliseconds for each request. Default 2,000. */
  readonly timeoutMs?: number;
  /** Seconds without any change after which nothing more is expected. */
  readonly patienceSeconds: number;
  readonly timeScale: TimeScale;
  /** Folder of the rehearsal's logs. */
  readonly logs: string;
  readonly note: (text: string) => void;
}

/** For so long every request has to be answered before the kill, and again until all counts as well. */
const quietMs = 5_000;
const lookMs = 500;
/** Controllers that were refused try again after at most half a minute; they get twice that. */
const controllersSeconds = 60;

/** Everything that is looked at while a drill goes on. */
class Scene {
  readonly witness: Witness;
  readonly traffic: SteadyTraffic;
  readonly #stage: Stage;
  readonly #specialists: readonly string[];
  readonly #patienceMs: number;

  constructor(stage: Stage, plan: Plan, entry: Entry, rate: number, timeoutMs: number, patienceSeconds: number) {
    this.#stage = stage;
    this.#specialists = plan.specialists.map(({ name }) => name);
    this.#patienceMs = patienceSeconds * 1000;
    this.witness = new Witness(stage.controlPlane.client);
    this.traffic = new SteadyTraffic(targetsOf(plan), entry, rate, timeoutMs);
  }

  /** Specialists that have not answered every request of late. */
  unwell(): readonly string[] {
    return unwell(this.traffic.samples, this.#specialists, performance.now() - quietMs);
  }

  /** What the API server has to say against the environment. */
  async problems(): Promise<readonly Problem[]> {
    try {
      return (await survey(this.#stage.controlPlane.client)).problems;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return [{ what: "the API server", why: error.message }];
    }
  }

  /**
   * Waits until everything is ready and answers, but so long at least; gives up when nothing has changed for the patience.
   * @returns what is wrong then; nothing: all is well.
   */
  async untilWell(leastMs: number): Promise<readonly Problem[]> {
    const begun = performance.now();
    let since = begun;
    let last = "";
    for (;;) {
      await Promise.race([sleep(lookMs), this.witness.broken]);
      const silent = this.unwell().map((name) => ({ what: name, why: "it does not answer every request" }));
      const wrong = [...silent, ...(await this.problems())];
      const now = performance.now();
      const state = `${this.witness.changes} ${JSON.stringify(wrong)}`;
      if (state !== last) since = now;
      last = state;
      if (now - begun < Math.max(leastMs, quietMs)) continue;
      if (wrong.length === 0 || now - since > this.#patienceMs) return wrong;
    }
  }

  async end(): Promise<void> {
    await this.traffic.stop();
    this.witness.stop();
  }
}

const isByNode = (kill: Kill) => kill.loss.kind === "nodes";

/** Replicas of each specialist, by object name, that run on nodes which are killed. */
function hitsOf(witness: Witness, kill: Kill): ReadonlyMap<string, number> {
  const hit = witness.pods.filter(({ node, deletedAt }) => deletedAt === undefined && kill.nodes.includes(node ?? ""));
  return new Map([...Map.groupBy(hit, ({ owner }) => owner)].map(([owner, pods]) => [owner, pods.length]));
}

async function checksOf(kill: Kill, moves: number, stage: Stage, patienceSeconds: number): Promise<readonly Check[]> {
  if (isByNode(kill)) return [];
  const { client } = stage.controlPlane;
  const still: Check = {
    what: "No pod of a specialist is rescheduled",
    kept: moves === 0,
    why: moves === 0 ? "none ended" : `${moves} ended`,
  };
  if (kill.loss.kind === "plugin") return [still, await gpusOffered(client, patienceSeconds)];
  if (kill.loss.kind !== "api-server") return [still];
  return [still, ...(await controllersAct(client, Math.max(patienceSeconds, controllersSeconds)))];
}

/** How long is looked at least until what was killed is put back, milliseconds. */
const leastAwayMs = (kill: Kill, timeScale: TimeScale) =>
  isByNode(kill)
    ? unnoticedSeconds * 1000 + realMs(nodeLoss.noticed + nodeLoss.evicted, timeScale, 2_000) + quietMs
    : quietMs;

/**
 * Kills what the drill names under steady traffic, waits until all is well or nothing changes any more, puts it back, and compares what
 * was lost with what the plan promises.
 * @throws RehearsalError where the environment is not well before the kill, the target is not there, or a process ends by itself.
 */
export async function runDrill(
  stage: Stage,
  plan: Plan,
  entry: Entry,
  drill: Drill,
  { rate = 4, timeoutMs = 2_000, patienceSeconds, timeScale, logs, note }: DrillOptions,
): Promise<DrillReport> {
  const kill = await killOf(drill, plan, stage, logs);
  await kill.prepare();
  const scene = new Scene(stage, plan, entry, rate, timeoutMs, patienceSeconds);
  const { witness, traffic } = scene;
  const movesSince = (at: number): ReadonlyMap<string, readonly Move[]> => movesOf(witness.pods, at);
  try {
    const before = await scene.untilWell(quietMs);
    if (before.length > 0)
      throw new RehearsalError(
        `The drill ${drill.kind} cannot begin, since not all is well:\n${describe(before)}`,
        before,
      );
    const hits = hitsOf(witness, kill);
    note(`drill ${drill.kind}: killing ${kill.target}`);
    const killedAt = performance.now();
    const { backAt, unwellWhileAway, whileAway } = await takenAway(kill, async () => {
      if (kill.awaySeconds === null) await scene.untilWell(leastAwayMs(kill, timeScale));
      else await sleep(kill.awaySeconds * 1000);
      return { backAt: performance.now(), unwellWhileAway: scene.unwell(), whileAway: movesSince(killedAt) };
    });
    note(`drill ${drill.kind}: put back after ${seconds(backAt - killedAt)} s`);
    const wrong = await whileAllRuns(stage.watched, () => scene.untilWell(quietMs));
    // It was well for the quiet time before it counted as well.
    const wellAt = performance.now() - quietMs;
    const unwellAtEnd = scene.unwell();
    const moves = isByNode(kill) ? whileAway : movesSince(killedAt);
    const moved = plan.specialists.reduce((sum, { objectName }) => sum + (moves.get(objectName)?.length ?? 0), 0);
    const checks = [
      ...(await checksOf(kill, moved, stage, patienceSeconds)),
      {
        what: "Everything is ready again at the end",
        kept: wrong.length === 0,
        why:
          wrong.length === 0 ? "nothing to complain about" : wrong.map(({ what, why }) => `${what}: ${why}`).join("; "),
      },
    ];
    await scene.end();

    const promises = new Map(promisesOf(plan, kill.loss).map((promise) => [promise.specialist, promise]));
    const end = performance.now();
    const specialists = plan.specialists.flatMap(({ name, objectName, pool, replicas }): SpecialistReport[] => {
      const promise = promises.get(name);
      if (!promise) return [];
      const hit = hits.get(objectName) ?? 0;
      const away = tallyOf(traffic.samples, name, killedAt, backAt);
      const all = tallyOf(traffic.samples, name, killedAt, end);
      const verdict = judge(promise, {
        hit,
        byNode: isByNode(kill),
        traffic: all,
        wellWhileAway: !unwellWhileAway.includes(name),
        wellAtEnd: !unwellAtEnd.includes(name),
      });
      const { kind, mayLose, withinSeconds, why } = promise;
      const promised = { kind, mayLose, withinSeconds, why };
      return [
        {
          name,
          pool,
          replicas,
          hit,
          promise: promised,
          away,
          traffic: all,
          moves: [...(moves.get(objectName) ?? [])],
          verdict,
        },
      ];
    });
    return {
      drill: drill.kind,
      target: kill.target,
      why: kill.why,
      nodes: [...kill.nodes],
      requestsPerSecond: rate,
      timeoutSeconds: timeoutMs / 1000,
      awaySeconds: seconds(backAt - killedAt),
      backSeconds: wrong.length === 0 ? seconds(Math.max(0, wellAt - backAt)) : null,
      specialists,
      checks,
      scales: [...scalesOf(kill.nodes, witness, killedAt)],
      notes: [...kill.notes],
      kept: [...specialists.map(({ verdict }) => verdict), ...checks].every(({ kept }) => kept),
    };
  } finally {
    await scene.end();
  }
}
