import { readFileSync } from "node:fs";
import { z } from "zod";
import { toolNames } from "../toolchain/tools.ts";

/** Something broken on purpose, to see that the rehearsal notices. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The nodes of a pool take no pods. */
  z.strictObject({ kind: z.literal("cordoned-pool"), target: z.string() }),
  /** GPU nodes lack the label that the device plugin lands by. */
  z.strictObject({ kind: z.literal("unlabelled-nodes") }),
  /** The grant that lets routes reach a specialist's namespace is gone. */
  z.strictObject({ kind: z.literal("revoked-grant"), target: z.string() }),
  /** A specialist's server takes requests and never answers. */
  z.strictObject({ kind: z.literal("silent-server"), target: z.string() }),
  /** A specialist's server is healthy but answers every request with an error. */
  z.strictObject({ kind: z.literal("failing-server"), target: z.string() }),
]);
export type Fault = z.infer<typeof faultSchema>;

const jobSchema = z.strictObject({
  environment: z.string(),
  /** Folder of the project: Pulumi.yaml, index.ts. */
  project: z.string(),
  /** Folder of the stack files and locks. */
  stacks: z.string(),
  /** The run's own folder, seen inside and outside under the same path. */
  folder: z.string(),
  tools: z.record(z.enum(toolNames), z.string()),
  /** Executable of the Kubernetes plugin; null: the stand-in. */
  kubernetesPlugin: z.string().nullable(),
  /** Take everything down again after the report. */
  once: z.boolean(),
  /** Seconds without any change after which what is not ready counts as failed. */
  patienceSeconds: z.number().positive(),
  faults: z.array(faultSchema),
});

/** What the outside tells the inside of a rehearsal to do. */
export type Job = z.infer<typeof jobSchema>;

export const readJob = (file: string): Job => jobSchema.parse(JSON.parse(readFileSync(file, "utf8")));
