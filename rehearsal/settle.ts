import { setTimeout as sleep } from "node:timers/promises";
import { RehearsalError } from "./error.ts";
import { KubeError } from "./kube/client.ts";
import { problemsIn, type Problem } from "./problems.ts";
import type { Stage } from "./stage.ts";

/** Problems as indented lines. */
export const describe = (problems: readonly Problem[]): string =>
  problems.map(({ what, why }) => `  ${what}: ${why}`).join("\n");

/** The error for processes of the stage that ended by themselves, with the end of their logs; undefined while all run. */
export function endedProcesses(stage: Stage): RehearsalError | undefined {
  const ended = stage.processes().filter((one) => !one.isRunning());
  if (ended.length === 0) return undefined;
  return new RehearsalError(
    ended.map((one) => `${one.name} ended by itself. The end of its log:\n${one.tail()}`).join("\n"),
  );
}

/** An API server that does not answer is a problem like any other: it may come back. */
function asProblem(error: unknown): readonly Problem[] {
  if (error instanceof KubeError) return [{ what: "the API server", why: error.message }];
  throw error;
}

const progressMs = 10_000;

function progressLine(problems: readonly Problem[]): string {
  const [first] = problems;
  return first ? `${problems.length} not ready yet, among them ${first.what}: ${first.why}` : "the engine is at work";
}

/**
 * Watches what is not ready until nothing is left and `isDone` agrees; gives up when it has not changed for the patience.
 * Patience is about standstill, not about time: a slow machine that moves on is waited for.
 * @returns the problems that stayed; none when everything is ready.
 * @throws RehearsalError when a process of the stage ended by itself.
 */
export async function settle(
  stage: Stage,
  isDone: () => boolean,
  patienceSeconds: number,
  say: (line: string) => void,
): Promise<readonly Problem[]> {
  let last = "";
  let since = Date.now();
  let said = Date.now();
  for (;;) {
    const ended = endedProcesses(stage);
    if (ended) throw ended;
    const problems = await problemsIn(stage.controlPlane.client).catch(asProblem);
    if (problems.length === 0 && isDone()) return [];
    if (Date.now() - said > progressMs) {
      said = Date.now();
      say(progressLine(problems));
    }
    const now = JSON.stringify(problems);
    if (now !== last) {
      last = now;
      since = Date.now();
    } else if (problems.length > 0 && Date.now() - since > patienceSeconds * 1000) return problems;
    await sleep(500);
  }
}

/**
 * Repeats a round of requests until all succeed, or until no more of them succeed than before for the patience: Envoy learns of new
 * addresses a moment after Kubernetes does.
 */
export async function untilAnswered<Result extends { readonly ok: boolean }>(
  round: () => Promise<readonly Result[]>,
  patienceSeconds: number,
): Promise<readonly Result[]> {
  let best = -1;
  let since = Date.now();
  for (;;) {
    const results = await round();
    const good = results.filter(({ ok }) => ok).length;
    if (good === results.length) return results;
    if (good > best) {
      best = good;
      since = Date.now();
    } else if (Date.now() - since > patienceSeconds * 1000) return results;
    await sleep(1_000);
  }
}
