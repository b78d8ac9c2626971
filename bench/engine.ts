import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareEngine, type Engine } from "../rehearsal/engine.ts";
import { kitRegistries } from "../plan/registries.ts";
import { envoyProxyRef } from "../rehearsal/gateway.ts";
import { toolPathsSchema } from "../rehearsal/job.ts";
import { startCluster, type Cluster } from "../test/support/cluster.ts";
import { toolPath } from "../test/support/tools.ts";
import { rehearsalTools } from "../toolchain/tools.ts";

/** The kit's own folder. */
export const kit = fileURLToPath(new URL("..", import.meta.url));

/** The embedded control plane, and engines that work on it as in a rehearsal. */
export interface Laboratory {
  readonly cluster: Cluster;
  /** Temporary. */
  readonly folder: string;
  /** A program of its own: the text of an ES module. The file that POLYMATH_REHEARSAL names holds the kubeconfig. */
  readonly engineFor: (name: string, program: string) => Promise<Engine>;
  /** The kit's program, or one in its place with the same configuration. */
  readonly engineForKit: (name: string, secrets: readonly string[], program?: string) => Promise<Engine>;
  readonly close: () => Promise<void>;
}

/** The environment of programs that are not the kit's: it configures nothing. */
const bare = "bench";
/** The kit's own environment to measure with. */
export const measured = "local";

/** Writes a project whose only program is the given one. Returns its folder. */
function writeProject(folder: string, program: string): string {
  mkdirSync(folder, { recursive: true });
  for (const shared of ["Pulumi.yaml", "node_modules"]) symlinkSync(join(kit, shared), join(folder, shared));
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "bench", "private": true, "type": "module", "main": "main.js" }\n',
  );
  writeFileSync(join(folder, "main.js"), program);
  return folder;
}

/** Starts a control plane in a temporary folder. POLYMATH_KUBERNETES_PLUGIN names a plugin's executable to measure instead of the stand-in. */
export async function openLaboratory(): Promise<Laboratory> {
  const folder = mkdtempSync(join(tmpdir(), "polymath-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const paths = Object.fromEntries(
      await Promise.all(rehearsalTools.map(async (name) => [name, await toolPath(name)] as const)),
    );
    const tools = toolPathsSchema.parse(paths);
    const bareStacks = join(folder, "stacks");
    mkdirSync(bareStacks);
    writeFileSync(join(bareStacks, `Pulumi.${bare}.yaml`), "config: {}\n");
    const cluster = await startCluster();
    const open = (name: string, project: string, stacks: string, environment: string, secrets: readonly string[]) => {
      const own = join(folder, name);
      mkdirSync(join(own, "logs"), { recursive: true });
      const job = {
        environment,
        project,
        stacks,
        folder: own,
        tools,
        kubernetesPlugin: process.env["POLYMATH_KUBERNETES_PLUGIN"] ?? null,
      };
      return prepareEngine(
        job,
        {
          kubeconfig: cluster.kubeconfig,
          envoyProxy: envoyProxyRef,
          zones: [{ zone: "bench-a", region: "bench" }],
        },
        secrets,
        kitRegistries,
      );
    };
    const projectOf = (name: string, program: string) => writeProject(join(folder, name, "program"), program);
    return {
      cluster,
      folder,
      engineFor: (name, program) => open(name, projectOf(name, program), bareStacks, bare, []),
      engineForKit: (name, secrets, program) =>
        open(name, program === undefined ? kit : projectOf(name, program), join(kit, "stacks"), measured, secrets),
      close: async () => {
        await cluster.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
