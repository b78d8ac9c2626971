import { z } from "zod";
import { failureSchema, phases, reportSchema, standingSchema } from "../../rehearsal/events.ts";
import type { RunState } from "./state.ts";

/** What `--json` prints: one such document. */
export const documentSchema = z.strictObject({
  environment: z.string(),
  /** Whether everything passed. */
  ok: z.boolean(),
  /** Whether Ctrl-C or a signal cut it short. */
  interrupted: z.boolean(),
  /** In their order; one that did not end as it should is not ok. */
  phases: z.array(z.strictObject({ name: z.enum(phases), ok: z.boolean(), seconds: z.number() })),
  /** Findings that do not refuse the environment, and waivers. */
  warnings: z.array(z.string()),
  /** One for each route of each specialist; none before traffic was sent. */
  specialists: reportSchema.shape.specialists,
  gateway: reportSchema.shape.gateway,
  /** Null before traffic was sent. */
  cost: reportSchema.shape.cost.nullable(),
  notRehearsed: reportSchema.shape.notRehearsed,
  /** The report of each drill. */
  drills: z.array(z.looseObject({})),
  /** Whether a second preview planned nothing and a refresh found no drift; null where that was not tried. */
  stable: z.boolean().nullable(),
  /** How many objects were taken down, none of them left; null where that was not done. */
  destroyedObjects: z.number().nullable(),
  /** How to reach a rehearsal that stands; null for one that has ended. */
  standing: standingSchema.strict().nullable(),
  failure: failureSchema.strict().nullable(),
  /** Folder of the logs; null where none were kept. */
  logs: z.string().nullable(),
});
export type RehearsalDocument = z.infer<typeof documentSchema>;

export interface Ending {
  readonly ok: boolean;
  readonly interrupted: boolean;
  readonly warnings: readonly string[];
  readonly logs: string | null;
  /** The run's clock, in milliseconds. */
  readonly now: number;
}

/** The document of a rehearsal that has ended, or stands. */
export function documentOf(state: RunState, { ok, interrupted, warnings, logs, now }: Ending): RehearsalDocument {
  const proof = state.phases.find(({ phase }) => phase === "proof");
  return {
    environment: state.environment,
    ok,
    interrupted,
    phases: state.phases.map((one) => ({
      name: one.phase,
      ok: one.state === "done",
      seconds: (one.state === "begun" ? Math.round(now - one.began) : one.milliseconds) / 1000,
    })),
    warnings: [...warnings],
    specialists: state.report?.specialists ?? [],
    gateway: state.report?.gateway ?? [],
    cost: state.report?.cost ?? null,
    notRehearsed: state.report?.notRehearsed ?? [],
    drills: state.drills.map(({ kind: _kind, table: _table, ...drill }) => drill),
    stable: state.isStable ?? (proof?.state === "failed" ? false : null),
    destroyedObjects: state.destroyed ?? null,
    standing: state.standing ? withoutKind(state.standing) : null,
    failure: state.failure ? withoutKind(state.failure) : null,
    logs,
  };
}

function withoutKind<Event extends { readonly kind: string }>({ kind: _kind, ...rest }: Event): Omit<Event, "kind"> {
  return rest;
}
