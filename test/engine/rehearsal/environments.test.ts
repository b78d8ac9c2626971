import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { processesWith, rehearse, sandbox, untouchedHome, type Sandbox } from "../../support/rehearse.ts";
import { lock, stacksWith } from "../../support/stacks.ts";

const project = join(import.meta.dirname, "..", "..", "..");
let box: Sandbox | undefined;
afterEach(() => box?.remove());

const prod = `
config:
  polymath:cluster: { kind: existing, context: prod-cluster, kubeconfig: /there/is/no/such/file }
  polymath:bundles: [{ name: finance, only: [fin-r1] }]
  polymath:pools: { allow: [L4, L40S] }
  polymath:storage: { className: shared-files }
  polymath:routing:
    host: models.example.com
    auth: { apiKey: { clients: [web, batch] } }
  polymath:secrets:
    client-web: { secure: "v1:bm90LWRlY3J5cHRlZC0x" }
    client-batch: { secure: "v1:bm90LWRlY3J5cHRlZC0y" }
`;

const prodEu = `
secretsprovider: awskms://alias/there-is-no-such-key
encryptedkey: AAAA
config:
  aws:region: eu-central-1
  aws:secretKey: { secure: "v1:bm90LWRlY3J5cHRlZC0z" }
  polymath:extends: prod
  polymath:bundles:
    - name: FinanceNeMo
      only: [fin-r1]
      specialists: { fin-r1: { replicas: { min: 2, max: 2 }, context: 4096 } }
    - { name: law, only: [saul-7b-instruct] }
  polymath:specialists:
    contracts: { model: saul-7b-instruct, bundle: law }
  polymath:routing: { aliases: { "gpt-finance:latest": fin-r1 } }
`;

test("an environment for an existing cluster is rehearsed from its own file: layers, secrets untouched, replicas, aliases", async () => {
  const stacks = stacksWith({ prod, "prod-eu": prodEu });
  lock(stacks, "prod-eu");
  const before = readdirSync(stacks, { recursive: true });
  box = sandbox(stacks);
  const run = rehearse(box, ["prod-eu", "--once"]);
  const code = await run.ended;
  const output = run.output();
  expect(output).not.toContain("The rehearsal failed");
  expect(code).toBe(0);
  for (const route of ["fin-r1 ", "gpt-finance:latest", "saul-7b-instruct", "contracts"])
    expect(output).toMatch(new RegExp(`model ${route}.* ok: 200 from`));
  expect(output).toMatch(/taken down: \d+ objects, none of them left/);
  expect(output).not.toContain("bm90LWRlY3J5cHRlZC");
  expect(readdirSync(stacks, { recursive: true })).toEqual(before);
  expect(box.home()).toEqual(untouchedHome);
});

test("replicas that share a store on block storage are shown not to start, with the provisioner's reason", async () => {
  const stacks = stacksWith({
    blocks: `
config:
  polymath:cluster: { kind: rehearsal, zones: 2 }
  polymath:bundles: [{ name: law, only: [saul-7b-instruct], specialists: { saul-7b-instruct: { replicas: { min: 2, max: 2 } } } }]
  polymath:pools: { allow: [L4] }
  polymath:routing: { host: models.example.com, auth: { apiKey: { clients: [web] } } }
`,
  });
  lock(stacks, "blocks");
  box = sandbox(stacks);
  const run = rehearse(box, ["blocks", "--once", "--patience", "15"]);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain(
    '  PersistentVolumeClaim polymath-blocks-law/saul-7b-instruct-weights: failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported.',
  );
});

test("Ctrl-C while the engine works ends everything, and says by its exit code that it was cut short", async () => {
  box = sandbox();
  const { folder } = box;
  const run = rehearse(box, ["local", "--once"]);
  await run.says("pulumi up of");
  await sleep(3_000);
  run.signal("SIGINT");
  expect(await run.ended).toBe(130);
  while (processesWith(folder).length > 0) await sleep(100);
  expect(box.runFolders()).toEqual([]);
});

/** How root becomes an ordinary user for one command. */
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] as const;

const isRoot = process.getuid?.() === 0;
const othersCanRead =
  isRoot &&
  spawnSync(asNobody[0], [
    ...asNobody.slice(1),
    "test",
    "-r",
    join(project, "package.json"),
    "-a",
    "-x",
    process.execPath,
  ]).status === 0;

// Where the tests run as an ordinary user, every other test of this folder proves it already.
test.skipIf(!othersCanRead)("an ordinary user rehearses as root does", async () => {
  box = sandbox();
  const cache = join(box.folder, "cache");
  mkdirSync(join(cache, "polymath"), { recursive: true });
  cpSync(join(String(box.env["XDG_CACHE_HOME"]), "polymath", "tools"), join(cache, "polymath", "tools"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const path of ["", ...readdirSync(box.folder, { recursive: true, encoding: "utf8" })]) {
    const full = join(box.folder, path);
    chmodSync(full, 0o755);
    chownSync(full, 65_534, 65_534);
  }
  const mine: Sandbox = { ...box, env: { ...box.env, XDG_CACHE_HOME: cache } };
  const run = rehearse(mine, ["local", "--once"], asNobody);
  const code = await run.ended;
  expect(run.output()).not.toContain("The rehearsal failed");
  expect(code).toBe(0);
  expect(run.output()).toMatch(/taken down: \d+ objects, none of them left/);
  expect(box.home()).toEqual(untouchedHome);
});

test("a fault that names nothing is refused, since it would prove nothing", async () => {
  box = sandbox();
  const run = rehearse(box, ["local", "--fault", "silent-server=fin-r2"]);
  expect(await run.ended).toBe(1);
  expect(run.output()).toBe('--fault silent-server: the environment has no "fin-r2"; did you mean "fin-r1"?\n');
});

test("what the plan refuses is refused before anything starts", async () => {
  box = sandbox(
    stacksWith({ broken: "config:\n  polymath:cluster: { kind: rehearsal }\n  polymath:bundels: [law]\n" }),
  );
  const run = rehearse(box, ["broken"]);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('Environment "broken" is refused: 3 errors. Nothing was created.');
  expect(run.output()).toContain('did you mean "bundles"?');
  expect(run.output()).not.toMatch(/^\s+at /m);
  expect(box.runFolders()).toEqual([]);
});
