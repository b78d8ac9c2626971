import { readFileSync } from "node:fs";
import { z } from "zod";

const schema = z.strictObject({
  kubeconfig: z.string(),
  envoyProxy: z.strictObject({ name: z.string(), namespace: z.string() }),
  /** Zones that simulated nodes are spread over. */
  zones: z.array(z.strictObject({ zone: z.string(), region: z.string() })).min(1),
});

/**
 * What a rehearsal puts in the place of an environment's edges. Everything else stays as the plan says.
 * Found through the variable POLYMATH_REHEARSAL, which names a JSON file and which only a rehearsal sets.
 */
export type Edges = z.infer<typeof schema>;

/** The edges of the rehearsal that this process runs in, or undefined outside of one. */
export function edgesFromEnvironment(env: NodeJS.ProcessEnv = process.env): Edges | undefined {
  const file = env["POLYMATH_REHEARSAL"];
  return file === undefined ? undefined : schema.parse(JSON.parse(readFileSync(file, "utf8")));
}
