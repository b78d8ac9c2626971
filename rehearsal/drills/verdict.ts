import { ejectionSeconds, type SpecialistPromise } from "../../plan/promises.ts";
import type { Verdict } from "./report.ts";
import type { Tally } from "./tally.ts";

/** What was seen of one specialist. */
export interface Seen {
  /** Replicas that ran on what was killed. */
  readonly hit: number;
  /** Whether only pods on killed nodes can be hit: who has none there is promised to be unaffected, whatever its pool loses. */
  readonly byNode: boolean;
  /** From the kill until the end. */
  readonly traffic: Tally;
  /** Whether it answered at the end of the time away. */
  readonly wellWhileAway: boolean;
  /** Whether it answered at the very end. */
  readonly wellAtEnd: boolean;
}

const kept = (why: string): Verdict => ({ kept: true, why });
const broken = (why: string): Verdict => ({ kept: false, why });

/** What the plan promises in the light of what was really hit. */
const promisedKind = ({ kind, mayLose, spared }: SpecialistPromise, { hit, byNode }: Seen) =>
  byNode && mayLose > 0 && hit === 0 ? spared : kind;

/** Whether a promise was kept. Better than promised is kept too. Pure. */
export function judge(promise: SpecialistPromise, seen: Seen): Verdict {
  const { hit, traffic, wellWhileAway, wellAtEnd } = seen;
  const lost = traffic.sent - traffic.ok;
  const within = promise.withinSeconds ?? 0;
  if (hit > promise.mayLose && seen.byNode)
    return broken(`${hit} replicas were on what was killed; the plan promised at most ${promise.mayLose}`);
  if (!wellAtEnd) return broken("it does not answer although everything was put back");
  switch (promisedKind(promise, seen)) {
    case "unaffected":
      return lost === 0 ? kept("no request lost") : broken(`${lost} of ${traffic.sent} requests lost; none may be`);
    case "keeps-answering": {
      const last = traffic.lastFailureSeconds;
      if (last === null) return kept("no request lost");
      return last <= ejectionSeconds
        ? kept(`the last lost request was sent after ${last} s; ${ejectionSeconds} s are promised`)
        : broken(`requests were lost until ${last} s after the kill; ${ejectionSeconds} s are promised`);
    }
    case "comes-back":
      if (seen.byNode) return wellWhileAway ? kept("it came back by itself") : broken("it did not come back by itself");
      return traffic.longestOutageSeconds <= within
        ? kept(`away for ${traffic.longestOutageSeconds} s`)
        : broken(`away for ${traffic.longestOutageSeconds} s; ${within} s are promised`);
    case "lost":
      return wellWhileAway
        ? kept("it answered all the same")
        : kept(`lost until it was put back, as the plan says: ${promise.why}`);
  }
}
