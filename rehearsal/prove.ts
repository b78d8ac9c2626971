import { upArguments, type Engine, type EngineRun } from "./engine.ts";
import { objectsIn, stillThere } from "./leftovers.ts";
import { RehearsalError } from "./error.ts";
import { describe, settle } from "./settle.ts";
import type { Stage } from "./stage.ts";

const lastLines = (output: string) => output.trim().split("\n").slice(-40).join("\n");

/** Runs a command of the engine. @throws RehearsalError with the end of what it said unless it succeeds. */
async function must(engine: Engine, what: string, args: readonly string[]): Promise<EngineRun> {
  const run = await engine.pulumi(args);
  if (run.code !== 0)
    throw new RehearsalError(`${what} (pulumi ${args[0]}, exit code ${run.code}):\n${lastLines(run.output)}`);
  return run;
}

/**
 * Applies the environment, and waits until every pod is ready and every gateway object accepted.
 * @throws RehearsalError with what stands still, and why; the engine is interrupted then.
 */
export async function bringUp(
  stage: Stage,
  engine: Engine,
  patienceSeconds: number,
  say: (line: string) => void,
): Promise<void> {
  const abort = new AbortController();
  let finished: EngineRun | undefined;
  const up = engine.pulumi(upArguments, abort.signal).then((run) => {
    finished = run;
    return run;
  });
  // It is awaited below; this only keeps Node from calling an early failure unhandled.
  up.catch(() => undefined);
  // An update that fails leaves nothing to wait for but what it made.
  const problems = await settle(stage, () => finished !== undefined, patienceSeconds, say);
  if (problems.length > 0) {
    // What an update says that was still running is about being interrupted, and no reason.
    const failed = finished !== undefined && finished.code !== 0 ? finished : undefined;
    abort.abort();
    await up;
    const said = failed ? `\nThe engine said:\n${lastLines(failed.output)}` : "";
    throw new RehearsalError(
      `Nothing has changed for ${patienceSeconds} s, and this is not ready:\n${describe(problems)}${said}`,
    );
  }
  const { code, output } = await up;
  if (code !== 0) throw new RehearsalError(`pulumi up ended with exit code ${code}:\n${lastLines(output)}`);
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
  await must(engine, "The environment cannot be destroyed", ["destroy", "--yes"]);
  const left = await stillThere(stage.controlPlane.client, objects);
  if (left.length > 0) {
    const names = left.map(
      ({ kind, namespace, name }) => `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
    );
    throw new RehearsalError(`pulumi destroy left ${left.length} objects behind: ${names.join(", ")}`);
  }
  return objects.length;
}
