import { setTimeout as sleep } from "node:timers/promises";
import { KubeError } from "./kube/client.ts";
import { survey, type Problem, type Survey } from "./problems.ts";
import type { Stage } from "./stage.ts";
import { endedProcesses } from "./watch.ts";

/** Problems as indented lines. */
export const describe = (problems: readonly Problem[]): string =>
  problems.map(({ what, why }) => `  ${what}: ${why}`).join("\n");

/** An API server that does not answer is a problem like any other: it may come back. What it last told still counts. */
function unanswered(error: unknown, before: Survey): Survey {
  if (!(error instanceof KubeError)) throw error;
  return { ...before, problems: [{ what: "the API server", why: error.message }] };
}

const nothing = { ready: 0, total: 0 };

/**
 * Watches what is not ready until nothing is left and `isDone` agrees; gives up when it has not changed for the patience.
 * Patience is about standstill, not about time: a slow machine that moves on is waited for.
 * @param onLook is given what each look shows
 * @returns the problems that stayed; none when everything is ready.
 * @throws RehearsalError when a process of the stage ended by itself.
 */
export async function settle(
  stage: Stage,
  isDone: () => boolean,
  patienceSeconds: number,
  onLook: (look: Survey) => void = () => undefined,
): Promise<readonly Problem[]> {
  let last = "";
  let since = performance.now();
  let look: Survey = { problems: [], pods: nothing, routes: nothing };
  for (;;) {
    const ended = endedProcesses(stage.watched());
    if (ended) throw ended;
    const before = look;
    look = await survey(stage.controlPlane.client).catch((error: unknown) => unanswered(error, before));
    const { problems } = look;
    onLook(look);
    if (problems.length === 0 && isDone()) return [];
    const now = JSON.stringify(problems);
    if (now !== last) {
      last = now;
      since = performance.now();
    } else if (problems.length > 0 && performance.now() - since > patienceSeconds * 1000) return problems;
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
  let since = performance.now();
  for (;;) {
    const results = await round();
    const good = results.filter(({ ok }) => ok).length;
    if (good === results.length) return results;
    if (good > best) {
      best = good;
      since = performance.now();
    } else if (performance.now() - since > patienceSeconds * 1000) return results;
    await sleep(1_000);
  }
}
