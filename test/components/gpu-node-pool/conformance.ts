import { z } from "zod";
import { gpuTaint, poolLabels } from "../../../components/gpu-node-pool/labels.ts";
import type { PoolProvider, PoolShape } from "../../../components/gpu-node-pool/provider.ts";
import type { Registration } from "../../support/mocks.ts";
import { record } from "../support.ts";

const nodeInputs = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ taints: z.array(z.record(z.string(), z.string())).default([]) }).default({ taints: [] }),
});

/** What a provider says about itself: whether nodes are its own work, or somebody else's. */
export interface Claims {
  readonly makesNodes: boolean;
}

const shapes: readonly PoolShape[] = [
  { pool: "l4", environment: "lab", instanceType: "g6.xlarge", nodes: 3, gpusPerNode: 1 },
  // Its name begins as another's does, which a careless provider mixes up.
  { pool: "l4-1", environment: "lab", instanceType: "g6.12xlarge", nodes: 1, gpusPerNode: 4 },
];

async function declare(provider: PoolProvider, given: readonly PoolShape[]) {
  const answers = new Map<string, readonly string[]>();
  const registrations = await record(async () => {
    const { GpuNodePool } = await import("../../../components/gpu-node-pool/index.ts");
    for (const shape of given) {
      const pool = new GpuNodePool(`pool-${shape.pool}`, { ...shape, provider });
      answers.set(shape.pool, pool.nodes);
    }
  });
  const below = (pool: string) => registrations.filter(({ parent }) => parent === `pool-${pool}`);
  const strays = registrations.filter(
    ({ type, parent }) => type !== "polymath:index:GpuNodePool" && !given.some(({ pool }) => parent === `pool-${pool}`),
  );
  return { answers, below, strays };
}

const sorted = (items: readonly string[]) => [...items].sort().join(", ") || "none";

function nodeViolations(shape: PoolShape, { name, inputs }: Registration): readonly string[] {
  const { metadata, spec } = nodeInputs.parse(inputs);
  const violations: string[] = [];
  if (!name.startsWith(`pool-${shape.pool}-`))
    violations.push(`${name}: its name does not begin with pool-${shape.pool}-`);
  for (const [key, value] of Object.entries(poolLabels(shape))) {
    if (metadata.labels[key] !== value)
      violations.push(`${name}: label ${key} is ${metadata.labels[key]}, not ${value}`);
  }
  const isOurs = (taint: Readonly<Record<string, string>>) =>
    taint["key"] === gpuTaint.key && taint["value"] === gpuTaint.value && taint["effect"] === gpuTaint.effect;
  if (!spec.taints.some(isOurs))
    violations.push(`${name}: no taint ${gpuTaint.key}=${gpuTaint.value}:${gpuTaint.effect}`);
  return violations;
}

/** Every promise of `PoolProvider` that a provider breaks; empty for a good one. Each provider is held by this one suite. */
export async function violationsOf(provider: PoolProvider, { makesNodes }: Claims): Promise<readonly string[]> {
  const { answers, below, strays } = await declare(provider, shapes);
  const violations = strays.map(({ name, parent }) => `${name}: its parent is ${parent || "the stack"}, not its pool`);
  const taken: string[] = [];
  for (const shape of shapes) {
    const nodes = below(shape.pool).filter(({ type }) => type === "kubernetes:core/v1:Node");
    const expected = makesNodes ? shape.nodes : 0;
    if (nodes.length !== expected) violations.push(`${shape.pool}: ${nodes.length} nodes, not ${expected}`);
    const names = nodes.map(({ inputs }) => nodeInputs.parse(inputs).metadata.name);
    const answer = answers.get(shape.pool) ?? [];
    if (sorted(answer) !== sorted(names)) {
      violations.push(`${shape.pool}: says ${sorted(answer)}, declares ${sorted(names)}`);
    }
    taken.push(...names);
    violations.push(...nodes.flatMap((node) => nodeViolations(shape, node)));
  }
  const twice = [...new Set(taken.filter((name, index) => taken.indexOf(name) !== index))];
  if (twice.length > 0) violations.push(`two nodes are called ${sorted(twice)}`);

  const [first] = shapes;
  if (first) {
    const smaller = await declare(provider, [{ ...first, nodes: first.nodes - 1 }]);
    const renamed = (smaller.answers.get(first.pool) ?? []).filter(
      (name) => answers.get(first.pool)?.includes(name) !== true,
    );
    if (renamed.length > 0) violations.push(`${first.pool}: a node more renames ${sorted(renamed)}`);
  }
  return violations;
}
