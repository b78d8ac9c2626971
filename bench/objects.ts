import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { must } from "../rehearsal/engine.ts";
import { toolPath } from "../test/support/tools.ts";
import type { Bench, Comparison } from "./bench.ts";
import { openLaboratory, type Laboratory } from "./engine.ts";
import { componentProgram, emptyProgram, mixture, objectProgram } from "./object-programs.ts";
import type { Step } from "./rounds.ts";

const execute = promisify(execFile);

/** What a contender does with its objects, in order. */
interface Contender {
  readonly name: string;
  readonly up: () => Promise<unknown>;
  readonly preview: () => Promise<unknown>;
  readonly destroy: () => Promise<unknown>;
}

const namespaces = { pulumi: "bench-pulumi", kubectl: "bench-kubectl" } as const;

async function pulumi({ engineFor }: Laboratory, name: string, id: string, program: string): Promise<Contender> {
  const engine = await engineFor(id, program);
  return {
    name,
    up: () => must(engine.pulumi, ["up", "--yes"]),
    preview: () => must(engine.pulumi, ["preview", "--expect-no-changes"]),
    destroy: () => must(engine.pulumi, ["destroy", "--yes"]),
  };
}

async function kubectl({ cluster, folder }: Laboratory, size: number): Promise<Contender> {
  const [file, kubeconfig] = [join(folder, `objects-${size}.json`), join(folder, "kubeconfig")];
  const items = mixture(size, namespaces.kubectl).map(({ manifest }) => manifest);
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  const command = await toolPath("kubectl");
  const run = (...args: readonly string[]) =>
    execute(command, [...args, "-f", file], {
      env: { HOME: folder, KUBECONFIG: kubeconfig, PATH: process.env["PATH"] },
    });
  return {
    name: "kubectl",
    up: () => run("apply", "--server-side"),
    // It exits 1 where something differs.
    preview: () => run("diff", "--server-side"),
    // To wait, it asks for the objects one after the other: minutes for hundreds, and nobody waits for them here.
    destroy: () => run("delete", "--wait=false"),
  };
}

const actions = {
  up: "from nothing: `pulumi up`, `kubectl apply --server-side`",
  preview: "without a change: `pulumi preview`, `kubectl diff --server-side`",
  destroy: "taken down: `pulumi destroy`, `kubectl delete --wait=false`",
} as const;
const actionNames = ["up", "preview", "destroy"] as const;

const stepName = (action: string, name: string, size: number) => `${action} ${size}, ${name}`;

/** Everything at one number of objects. */
async function atSize(laboratory: Laboratory, size: number): Promise<{ steps: Step[]; comparisons: Comparison[] }> {
  const contenders = [
    await kubectl(laboratory, size),
    await pulumi(laboratory, "no resources", `empty-${size}`, emptyProgram),
    await pulumi(laboratory, "components", `components-${size}`, componentProgram(size)),
    await pulumi(laboratory, "objects", `objects-${size}`, objectProgram(mixture(size, namespaces.pulumi))),
  ];
  return {
    steps: contenders.flatMap((one) =>
      actionNames.map((action) => ({
        name: stepName(action, one.name, size),
        run: async () => {
          await one[action]();
        },
      })),
    ),
    comparisons: actionNames.map((action) => ({
      title: `${size} objects, ${actions[action]}`,
      rows: contenders.map(({ name }) => ({ label: name, step: stepName(action, name, size) })),
      baselines: ["kubectl", "no resources"],
      limits: [],
    })),
  };
}

/**
 * Kubernetes objects by the engine, by kubectl, and the engine without them: a program of nothing, and one of as many components,
 * which the engine keeps without a plugin.
 */
export const objects: Bench = async ({ sizes }) => {
  const laboratory = await openLaboratory();
  try {
    const metadata = Object.values(namespaces).map((name) => ({ name }));
    for (const one of metadata)
      await laboratory.cluster.client.request("POST", "/api/v1/namespaces", { body: { metadata: one } });
    const steps: Step[] = [];
    const comparisons: Comparison[] = [];
    for (const size of sizes) {
      const part = await atSize(laboratory, size);
      steps.push(...part.steps);
      comparisons.push(...part.comparisons);
    }
    return { steps, comparisons, close: laboratory.close };
  } catch (error) {
    await laboratory.close();
    throw error;
  }
};
