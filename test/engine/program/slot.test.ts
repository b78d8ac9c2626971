import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createProgram, type Program } from "../../support/program.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const stackFile = `config:
  polymath:cluster: { kind: existing }
  polymath:bundles: [{ name: finance-insurance, only: [insurance-adapter] }]
  polymath:routing: { host: models.example.com, auth: { apiKey: { clients: [web] } } }
`;

let stacks = "";
let program: Program;
afterEach(() => {
  program.stop();
  rmSync(stacks, { recursive: true });
});

test("pulumi up with an empty slot: refused with what is missing, and nothing is created", async () => {
  stacks = mkdtempSync(join(tmpdir(), "stacks-"));
  program = await createProgram("there is no cluster", { POLYMATH_STACKS: stacks });
  for (const name of ["Pulumi.yaml", "package.json"]) rmSync(join(program.folder, name));
  for (const name of ["Pulumi.yaml", "package.json", "main.js"])
    symlinkSync(join(project, name), join(program.folder, name));
  mkdirSync(join(program.folder, "stacks"));
  const written = join(program.folder, "stacks", "Pulumi.slot.yaml");
  writeFileSync(written, stackFile);
  symlinkSync(written, join(stacks, "Pulumi.slot.yaml"));
  execFileSync(process.execPath, [join(project, "cli", "lock.ts"), "slot"], {
    env: { ...process.env, POLYMATH_STACKS: stacks },
  });
  expect((await program.pulumi(["stack", "init", "slot"])).code).toBe(0);
  const secret = ["config", "set", "--secret", "--path", "polymath:secrets.client-web", "the-key-of-web"];
  expect((await program.pulumi([...secret, "--stack", "slot"])).code).toBe(0);

  const { code, output } = await program.pulumi(["up", "--yes", "--skip-preview", "--stack", "slot"]);
  expect(code).not.toBe(0);
  expect(output).toContain('Environment "slot" is refused: 1 error. Nothing was created.');
  const path = "polymath:bundles[0].specialists.insurance-adapter.adapters";
  expect(output).toContain(`error  slot-empty  at ${path}`);
  expect(output).toContain(`fix:     write ${path}, or leave insurance-adapter out with "only"`);
  expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  expect((await program.pulumi(["stack", "export", "--stack", "slot"])).output).not.toContain("kubernetes:");
});
