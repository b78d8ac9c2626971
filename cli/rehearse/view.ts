import type { RehearsalEvent } from "../../rehearsal/events.ts";
import { progressPrinter, type Progress } from "../../toolchain/progress.ts";
import type { RunState } from "./state.ts";
import { plainText } from "./text.ts";

/** What a view needs of a stream such as process.stdout. */
export interface Output {
  write(text: string): unknown;
}

/** How a rehearsal is shown while it runs. */
export interface View {
  /** Progress of making the tools. */
  readonly tools: Progress;
  /** Shows an event that the state has already taken in. */
  readonly show: (event: RehearsalEvent, state: RunState) => void;
  /** Leaves the terminal as it was. May be called twice. */
  readonly close: () => void;
}

export interface ViewOptions {
  readonly out: Output;
  /** For failures. */
  readonly err: Output;
  /** Folder of the run's logs. */
  readonly logs: () => string;
  /** The run's clock, in milliseconds since its beginning. */
  readonly now: () => number;
}

/** Between two lines about what is waited for. */
const progressMs = 10_000;

/** Lines with the time at which they came. */
export function plainView({ out, err, logs, now }: ViewOptions): View {
  let waited = now();
  return {
    tools: progressPrinter(err),
    show: (event) => {
      if (event.kind === "phase") waited = now();
      if (event.kind === "progress") {
        if (now() - waited < progressMs) return;
        waited = now();
      }
      const text = plainText(event, now(), logs());
      if (text !== undefined) (event.kind === "failure" ? err : out).write(text);
    },
    close: () => undefined,
  };
}

const essential = new Set<RehearsalEvent["kind"]>(["report", "drill", "failure"]);

/** The tables and failures alone. */
export function quietView(options: ViewOptions): View {
  const plain = plainView(options);
  return {
    ...plain,
    tools: () => undefined,
    show: (event, state) => {
      if (essential.has(event.kind)) plain.show(event, state);
    },
  };
}
