import type { EventOf, Phase, RehearsalEvent } from "../../rehearsal/events.ts";

/** The parts of a rehearsal as people read them. */
export const titles: Readonly<Record<Phase, string>> = {
  tools: "tools",
  "control-plane": "control plane",
  gateway: "gateway controller",
  update: "pulumi up",
  traffic: "traffic",
  drill: "drill",
  proof: "second preview and refresh",
  destroy: "pulumi destroy",
};

export interface PhaseRun {
  readonly phase: Phase;
  readonly state: EventOf<"phase">["state"];
  /** When it began, in milliseconds of the run's clock. */
  readonly began: number;
  /** How long it took; 0 while it runs. */
  readonly milliseconds: number;
  /** What it said at its end. */
  readonly text?: string;
}

/** All that is known of a rehearsal at a moment: what its events so far add up to. */
export interface RunState {
  readonly environment: string;
  readonly phases: readonly PhaseRun[];
  readonly progress?: EventOf<"progress">;
  /** What the present phase last said. */
  readonly detail?: string;
  readonly report?: EventOf<"report">["report"];
  readonly drills: readonly EventOf<"drill">[];
  readonly isStable?: true;
  /** Objects that were taken down. */
  readonly destroyed?: number;
  readonly standing?: EventOf<"standing">;
  /** The first failure: later ones follow from it. */
  readonly failure?: EventOf<"failure">;
}

export const initialState = (environment: string): RunState => ({ environment, phases: [], drills: [] });

function withPhase(
  state: RunState,
  { phase, state: news, milliseconds, text }: EventOf<"phase">,
  now: number,
): RunState {
  const { detail: _detail, progress: _progress, ...rest } = state;
  const said = text === undefined ? {} : { detail: text };
  if (news === "begun")
    return { ...rest, ...said, phases: [...state.phases, { phase, state: news, began: now, milliseconds: 0 }] };
  const phases = state.phases.map((one) =>
    one.phase === phase && one.state === "begun"
      ? { ...one, state: news, milliseconds, ...(text !== undefined && { text }) }
      : one,
  );
  return { ...rest, phases };
}

/** The state after an event. */
export function next(state: RunState, event: RehearsalEvent, now: number): RunState {
  switch (event.kind) {
    case "phase":
      return withPhase(state, event, now);
    case "progress":
      return { ...state, progress: event };
    case "note":
      return { ...state, detail: event.text };
    case "report":
      return { ...state, report: event.report };
    case "drill":
      return { ...state, drills: [...state.drills, event] };
    case "stable":
      return { ...state, isStable: true };
    case "destroyed":
      return { ...state, destroyed: event.objects };
    case "standing":
      return { ...state, standing: event };
    case "failure":
      return { ...state, failure: state.failure ?? event };
  }
}
