import { writeSync } from "node:fs";
import { z } from "zod";

/** The parts of a rehearsal, in their order. */
export const phases = ["tools", "control-plane", "gateway", "update", "traffic", "drill", "proof", "destroy"] as const;
export type Phase = (typeof phases)[number];

/** Something that is not as it has to be, and why. */
const problemSchema = z.object({ what: z.string(), why: z.string() });

/** So many of so many. */
const shareSchema = z.object({ ready: z.number(), total: z.number() });
export type Share = z.infer<typeof shareSchema>;

const exchangeSchema = z.object({
  name: z.string(),
  route: z.string(),
  ok: z.boolean(),
  answer: z.string(),
  /** Node of the pod that answered; empty when none did. */
  node: z.string(),
  milliseconds: z.number(),
});

const specialistSchema = exchangeSchema.extend({
  domain: z.string(),
  runtime: z.string(),
  pool: z.string(),
  gpusPerReplica: z.number(),
});

/** What one round of traffic gave, and what the environment costs. */
export const reportSchema = z.object({
  /** One for each route of each specialist. */
  specialists: z.array(specialistSchema),
  /** One for each promise of the gateway. */
  gateway: z.array(exchangeSchema),
  cost: z.object({
    gpus: z.number(),
    usdPerHour: z.number(),
    region: z.string(),
    priceDate: z.string(),
    leftOut: z.array(z.string()),
  }),
  /** What no rehearsal can show. */
  notRehearsed: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;

/** How a rehearsal that stands is reached from another terminal. */
export const standingSchema = z.object({
  /** UNIX socket of the gateway. */
  socket: z.string(),
  /** A request through it. */
  curl: z.string(),
  /** Of use inside the rehearsal's namespaces only. */
  kubeconfig: z.string(),
  /** A look at its pods. */
  exec: z.string(),
});

export const failureSchema = z.object({ message: z.string(), problems: z.array(problemSchema) });

/** What the inside tells the outside, one JSON object a line. */
const eventSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("phase"),
    phase: z.enum(phases),
    state: z.enum(["begun", "done", "failed"]),
    /** Since the phase began. */
    milliseconds: z.number(),
    /** The news in words; absent where the title says it all. */
    text: z.string().optional(),
  }),
  z.object({
    kind: z.literal("progress"),
    pods: shareSchema,
    routes: shareSchema,
    /** Resources that the engine has made, of those it plans; null while it plans. */
    resources: shareSchema.nullable(),
    waiting: z.array(problemSchema),
  }),
  z.object({ kind: z.literal("note"), text: z.string() }),
  z.object({ kind: z.literal("report"), report: reportSchema }),
  /** A drill's report: whatever it holds, with its table for people. */
  z.looseObject({ kind: z.literal("drill"), table: z.string() }),
  z.object({ kind: z.literal("stable") }),
  z.object({ kind: z.literal("destroyed"), objects: z.number() }),
  standingSchema.extend({ kind: z.literal("standing") }),
  failureSchema.extend({ kind: z.literal("failure") }),
]);
export type RehearsalEvent = z.infer<typeof eventSchema>;
export type EventOf<Kind extends RehearsalEvent["kind"]> = Extract<RehearsalEvent, { kind: Kind }>;

/** One line of the inside's. @throws Error for anything but an event. */
export const parseEvent = (line: string): RehearsalEvent => eventSchema.parse(JSON.parse(line));

/** File descriptor that the inside writes its events to. */
export const eventsDescriptor = 3;

export type Emit = (event: RehearsalEvent) => void;

/** Writes events to a file descriptor. A reader that is gone is no failure: the outside has ended, and ends the inside too. */
export const emitTo =
  (descriptor: number): Emit =>
  (event) => {
    try {
      writeSync(descriptor, `${JSON.stringify(event)}\n`);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
    }
  };

/** How the parts of a rehearsal tell what they do. */
export interface Teller {
  readonly emit: Emit;
  /** A line for people. */
  readonly note: (text: string) => void;
  /** Does a phase's work between the news of its beginning and of its end. */
  readonly phase: <T>(phase: Phase, work: () => Promise<T>, said?: PhaseText<T>) => Promise<T>;
}

/** The news of a phase in words. */
export interface PhaseText<T> {
  readonly begun?: string;
  readonly done?: (result: T) => string;
}

export function tellerWith(emit: Emit, now: () => number = () => performance.now()): Teller {
  return {
    emit,
    note: (text) => emit({ kind: "note", text }),
    phase: async (phase, work, said = {}) => {
      const begun = now();
      const news = (state: EventOf<"phase">["state"], text?: string) =>
        emit({
          kind: "phase",
          phase,
          state,
          milliseconds: Math.round(now() - begun),
          ...(text !== undefined && { text }),
        });
      news("begun", said.begun);
      try {
        const result = await work();
        news("done", said.done?.(result));
        return result;
      } catch (error) {
        news("failed");
        throw error;
      }
    },
  };
}
