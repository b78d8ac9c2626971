import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installDefinitions } from "../../../rehearsal/definitions.ts";
import { apply } from "../../../rehearsal/gateway.ts";
import { objectsIn, stillThere } from "../../../rehearsal/leftovers.ts";
import { storageClasses } from "../../../rehearsal/storage.ts";
import { playVolumes } from "../../../rehearsal/volumes.ts";
import { startCluster, type Cluster } from "../../support/cluster.ts";
import { createProgram, type Program } from "../../support/program.ts";
import { lock, stacksWith } from "../../support/stacks.ts";
import { toolPath } from "../../support/tools.ts";

const project = join(import.meta.dirname, "..", "..", "..");

const stackFile = `config:
  polymath:cluster: { kind: existing }
  polymath:bundles: [{ name: finance, only: [fin-r1] }]
  polymath:pools: { allow: [L40S] }
  polymath:routing: { host: models.example.com, auth: { apiKey: { clients: [web] } } }
`;

let cluster: Cluster;
let program: Program;
let ending: AbortController;
beforeEach(async () => {
  ending = new AbortController();
  cluster = await startCluster({
    nodes: { gpu: { cpu: "4", memory: "30Gi", "nvidia.com/gpu": "1" }, plain: { cpu: "4", memory: "8Gi" } },
  });
  await apply(cluster.client, storageClasses);
  void playVolumes(cluster.client, ending.signal);
  await installDefinitions(cluster.client, await toolPath("gateway-crds"));
});
afterEach(async () => {
  ending.abort();
  program.stop();
  await cluster.stop();
});

test("pulumi up typed by hand on a cluster that is there: applied, unchanged, destroyed, its nodes untouched", async () => {
  const stacks = stacksWith({ hand: stackFile });
  lock(stacks, "hand");
  // What the owner of an existing cluster does: docs/architecture.md, "What a cluster must bring".
  await cluster.client.request("PATCH", "/api/v1/nodes/gpu", {
    contentType: "application/merge-patch+json",
    body: {
      metadata: {
        labels: {
          "polymath.dev/pool": "g6e-xlarge-1gpu",
          "polymath.dev/environment": "hand",
          "nvidia.com/gpu.present": "true",
          "topology.kubernetes.io/zone": "zone-a",
        },
      },
      spec: { taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }] },
    },
  });

  program = await createProgram(cluster.kubeconfig, { POLYMATH_STACKS: stacks });
  for (const name of ["Pulumi.yaml", "package.json"]) rmSync(join(program.folder, name));
  for (const name of ["Pulumi.yaml", "package.json", "main.js"])
    symlinkSync(join(project, name), join(program.folder, name));
  mkdirSync(join(program.folder, "stacks"));
  writeFileSync(join(program.folder, "stacks", "Pulumi.hand.yaml"), stackFile);
  const pulumi = async (...args: readonly string[]) => {
    const run = await program.pulumi([...args, "--stack", "hand"]);
    expect(run.code, run.output).toBe(0);
    return run.output;
  };
  expect((await program.pulumi(["stack", "init", "hand"])).code).toBe(0);

  // A secret that is missing is a finding, with the command that sets it.
  const refused = await program.pulumi(["preview", "--stack", "hand"]);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    "fix:     run: pulumi config set --secret --path 'polymath:secrets.client-web' --stack hand",
  );

  await pulumi("config", "set", "--secret", "--path", "polymath:secrets.client-web", "the-key-of-web");
  // The plan reads the stack's file too: the secret is there now, encrypted.
  rmSync(join(stacks, "Pulumi.hand.yaml"));
  symlinkSync(join(program.folder, "stacks", "Pulumi.hand.yaml"), join(stacks, "Pulumi.hand.yaml"));
  await pulumi("up", "--yes", "--policy-pack", join(project, "policy", "run"));
  await pulumi("preview", "--expect-no-changes");

  const keys = await cluster.client.find("/api/v1/namespaces/polymath-hand-gateway/secrets/api-keys");
  expect(keys?.["data"]).toEqual({ web: Buffer.from("the-key-of-web").toString("base64") });
  const exported = await pulumi("stack", "export");
  expect(exported).not.toContain("the-key-of-web");
  expect(exported).not.toContain(Buffer.from("the-key-of-web").toString("base64"));

  const objects = objectsIn(exported.slice(exported.indexOf("{")));
  expect(objects.filter(({ kind }) => kind === "Node")).toEqual([]);
  await pulumi("destroy", "--yes");
  expect(await stillThere(cluster.client, objects)).toEqual([]);
  expect(await cluster.client.find("/api/v1/nodes/gpu")).toMatchObject({
    metadata: { labels: { "polymath.dev/pool": "g6e-xlarge-1gpu" } },
  });
});
