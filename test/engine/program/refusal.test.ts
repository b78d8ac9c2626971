import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { prepareEngine, type EngineRun } from "../../../rehearsal/engine.ts";
import { toolPathsSchema } from "../../../rehearsal/job.ts";
import { resolveTools } from "../../../toolchain/resolve.ts";
import { rehearsalTools } from "../../../toolchain/tools.ts";

const project = join(import.meta.dirname, "..", "..", "..");
let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `pulumi preview` of the project's own program on one stack file, outside of any rehearsal's namespaces. */
async function preview(name: string, stackFile: string): Promise<EngineRun> {
  folder = mkdtempSync(join(tmpdir(), "program-"));
  const stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "locks"), { recursive: true });
  mkdirSync(join(folder, "logs"));
  symlinkSync(join(project, "stacks", "Pulumi.local.yaml"), join(stacks, "Pulumi.local.yaml"));
  symlinkSync(join(project, "stacks", "locks", "local.json"), join(stacks, "locks", "local.json"));
  if (name !== "local") writeFileSync(join(stacks, `Pulumi.${name}.yaml`), stackFile);
  const resolved = await resolveTools(rehearsalTools, { progress: () => undefined });
  const tools = toolPathsSchema.parse(Object.fromEntries(rehearsalTools.map((tool) => [tool, resolved[tool].path])));
  const job = {
    environment: name,
    project,
    stacks,
    folder,
    tools,
    kubernetesPlugin: null,
    once: true,
    patienceSeconds: 1,
    faults: [],
  };
  const edges = {
    kubeconfig: "there is none",
    envoyProxy: { name: "none", namespace: "none" },
    zones: [{ zone: "none", region: "none" }],
  };
  const engine = await prepareEngine(job, edges, [], []);
  return engine.pulumi(["preview"]);
}

test("the engine shows every finding of the plan, creates nothing and prints no stack trace", async () => {
  const { code, output } = await preview(
    "broken",
    "config:\n  polymath:extends: local\n  polymath:bundles: [lwa, finance]\n  polymath:pools: { allow: [L5], max: 6 }\n",
  );
  expect(code).not.toBe(0);
  expect(output).toContain('Environment "broken" is refused: ');
  expect(output).toContain("error  unknown-bundle  at polymath:bundles[0]");
  expect(output).toContain('fix:     did you mean "law"?');
  expect(output).toContain("error  unknown-gpu  at polymath:pools.allow[0]");
  expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  expect(output).not.toContain("kubernetes:");
});

test("an unknown base is refused the same way", async () => {
  const { code, output } = await preview("odd", "config:\n  polymath:extends: nowhere\n");
  expect(code).not.toBe(0);
  expect(output).toContain("error  invalid-extends  at polymath:extends");
  expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
});
