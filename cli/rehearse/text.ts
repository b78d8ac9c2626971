import type { EventOf, RehearsalEvent, Share } from "../../rehearsal/events.ts";
import { reportText } from "../../rehearsal/report.ts";

const share = (name: string, { ready, total }: Share) => `${name} ${ready}/${total}`;

/** How far an update is: `resources 40/96, pods 3/11, routes 0/12`. */
export const counts = ({ resources, pods, routes }: EventOf<"progress">): string =>
  [
    resources === null ? "planning" : share("resources", resources),
    ...(pods.total > 0 ? [share("pods", pods)] : []),
    ...(routes.total > 0 ? [share("routes", routes)] : []),
  ].join(", ");

/** What is waited for, in one line. */
export function waitingFor({ waiting }: EventOf<"progress">): string {
  const [first] = waiting;
  if (!first) return "the engine is at work";
  return `${waiting.length} not ready yet, among them ${first.what}: ${first.why}`;
}

/** How a rehearsal that stands is reached. */
export const standingText = ({ curl, exec }: EventOf<"standing">, logs: string): string =>
  `It stays up until Ctrl-C. From another terminal:\n\n  ${curl}\n  ${exec}\n\nLogs: ${logs}\n`;

/** How every failure begins. */
export const failed = "The rehearsal failed.";

const failureText = ({ message }: EventOf<"failure">): string => `${failed} ${message}\n`;

/** An event as lines with the time at which it came; undefined for one that has nothing to say to people. */
export function plainText(event: RehearsalEvent, milliseconds: number, logs: string): string | undefined {
  const stamped = (line: string) => `[${(milliseconds / 1000).toFixed(0).padStart(3)} s] ${line}\n`;
  switch (event.kind) {
    case "phase":
      return event.text === undefined ? undefined : stamped(event.text);
    case "progress":
      return stamped(`${counts(event)}; ${waitingFor(event)}`);
    case "note":
      return stamped(event.text);
    case "report":
      return `\n${reportText(event.report)}\n\n`;
    case "drill":
      return `\n${event.table}\n\n`;
    case "standing":
      return standingText(event, logs);
    case "failure":
      return `\n${failureText(event)}`;
    case "stable":
    case "destroyed":
      return undefined;
  }
}
