import { readFileSync } from "node:fs";
import { z } from "zod";
import { rehearsalTools } from "../toolchain/tools.ts";
import { drillSchema } from "./drills/drill.ts";

/** Something broken on purpose, to see that the rehearsal notices. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The nodes of a pool take no pods. */
  z.strictObject({ kind: z.literal("cordoned-pool"), target: z.string() }),
  /** GPU nodes lack the label that the device plugin lands by. */
  z.strictObject({ kind: z.literal("unlabelled-nodes") }),
  /** The grant that lets routes reach a specialist's namespace is gone. */
  z.strictObject({ kind: z.literal("revoked-grant"), target: z.string() }),
  /** The policy by which Envoy copes with pods that are gone is gone itself: no second try, no pod left out. */
  z.strictObject({ kind: z.literal("no-failover") }),
  /** A specialist's server takes requests and never answers. */
  z.strictObject({ kind: z.literal("silent-server"), target: z.string() }),
  /** A specialist's server is healthy but answers every request with an error. */
  z.strictObject({ kind: z.literal("failing-server"), target: z.string() }),
  /** A specialist takes three times as long to start as its start-up probe waits. */
  z.strictObject({ kind: z.literal("slow-start"), target: z.string() }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** Path of each tool's executable. */
export const toolPathsSchema = z.record(z.enum(rehearsalTools), z.string());

const jobSchema = z.strictObject({
  environment: z.string(),
  /** Folder of the project: Pulumi.yaml, index.ts. */
  project: z.string(),
  /** Folder of the stack files and locks. */
  stacks: z.string(),
  /** The run's own folder, seen inside and outside under the same path. */
  folder: z.string(),
  tools: toolPathsSchema,
  /** Executable of the Kubernetes plugin; null: the stand-in. */
  kubernetesPlugin: z.string().nullable(),
  /** Take everything down again after the report. */
  once: z.boolean(),
  /** Stay up also when something failed, so that one can look around. */
  keep: z.boolean(),
  /** Seconds without any change after which what is not ready counts as failed. */
  patienceSeconds: z.number().positive(),
  /** Real seconds for each second of start-up times and of Kubernetes' own waiting. */
  timeScale: z.number().positive(),
  faults: z.array(faultSchema),
  /** What happens to the environment after the traffic, one after the other. */
  drills: z.array(drillSchema),
});

/** What the outside tells the inside of a rehearsal to do. */
export type Job = z.infer<typeof jobSchema>;

export const readJob = (file: string): Job => jobSchema.parse(JSON.parse(readFileSync(file, "utf8")));
