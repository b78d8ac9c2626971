import type { Engine, EngineRun } from "./engine.ts";
import { EngineProgress } from "./engine-progress.ts";
import { endingOf, reasonsIn } from "./engine-words.ts";
import { RehearsalError } from "./error.ts";
import type { Emit } from "./events.ts";
import { objectsIn, stillThere } from "./leftovers.ts";
import { describe, settle } from "./settle.ts";
import type { Stage } from "./stage.ts";

/** Runs a command of the engine. @throws RehearsalError with the end of what it said unless it succeeds. */
async function must(engine: Engine, what: string, args: readonly string[]): Promise<EngineRun> {
  const run = await engine.pulumi(args);
  if (run.code !== 0)
    throw new RehearsalError(`${what} (pulumi ${args[0]}: ${endingOf(run)}):\n${reasonsIn(run.output)}`);
  return run;
}

const updateFailed = (run: EngineRun) =>
  new RehearsalError(`pulumi up ended (${endingOf(run)}):\n${reasonsIn(run.output)}`);

/**
 * Applies the environment, and waits until every pod is ready and every gateway object accepted.
 * @throws RehearsalError with what stands still, and why; the engine is interrupted then.
 */
export async function bringUp(stage: Stage, engine: Engine, patienceSeconds: number, emit: Emit): Promise<void> {
  const abort = new AbortController();
  let finished: EngineRun | undefined;
  let isOver = false;
  const progress = new EngineProgress();
  const up = engine
    .pulumi(engine.upArguments, abort.signal, (text) => progress.feed(text))
    .then((run) => {
      finished = run;
      return run;
    });
  const over = () => {
    isOver = true;
  };
  // Also one that could not be started at all: there is nothing to wait for then, and it is awaited below.
  up.then(over, over);
  // An update that fails leaves nothing to wait for but what it made.
  const problems = await settle(
    stage,
    () => isOver,
    patienceSeconds,
    ({ problems: waiting, pods, routes }) => {
      // Someone killed it. What it left undone will not come about, and is no reason.
      if (finished && finished.signal !== null) throw updateFailed(finished);
      emit({ kind: "progress", pods, routes, resources: progress.share(), waiting: [...waiting] });
    },
  );
  if (problems.length > 0) {
    // What an update says that was still running is about being interrupted, and no reason.
    const failed = finished !== undefined && finished.code !== 0 ? finished : undefined;
    abort.abort();
    await up;
    const said = failed ? `\nThe engine said:\n${reasonsIn(failed.output)}` : "";
    throw new RehearsalError(
      `Nothing has changed for ${patienceSeconds} s, and this is not ready:\n${describe(problems)}${said}`,
      problems,
    );
  }
  const run = await up;
  if (run.code !== 0) throw updateFailed(run);
}

/** Proves that a second preview plans nothing and a refresh finds no drift. */
export async function proveStable(engine: Engine): Promise<void> {
  await must(engine, "A preview right after the update plans changes", ["preview", "--expect-no-changes", "--diff"]);
  await must(engine, "A refresh right after the update finds drift", ["refresh", "--yes", "--expect-no-changes"]);
}

/** Destroys the stack and proves that the API server has nothing of it left. Returns how many objects there were. */
export async function takeDown(stage: Stage, engine: Engine): Promise<number> {
  const exported = await must(engine, "The state cannot be read", ["stack", "export"]);
  const objects = objectsIn(exported.stdout);
  await must(engine, "The environment cannot be destroyed", ["destroy", "--yes", "--skip-preview"]);
  const left = await stillThere(stage.controlPlane.client, objects);
  if (left.length > 0) {
    const names = left.map(
      ({ kind, namespace, name }) => `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
    );
    throw new RehearsalError(`pulumi destroy left ${left.length} objects behind: ${names.join(", ")}`);
  }
  return objects.length;
}
