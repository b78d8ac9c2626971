import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { usage } from "../../../cli/rehearse-options.ts";
import { documentSchema } from "../../../cli/rehearse/document.ts";
import { cli } from "./support.ts";

function stacksWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Pulumi.broken.yaml"), text);
  return folder;
}

const broken = "config:\n  polymath:cluster: { kind: rehearsal }\n  polymath:bundels: [law]\n";

test("--help is an answer, and no failure", async () => {
  expect(await cli("rehearse", "/nowhere", "--help")).toEqual({ code: 0, stdout: `${usage}\n`, stderr: "" });
});

test("an option that is not known is refused with those that are", async () => {
  const { code, stdout, stderr } = await cli("rehearse", "/nowhere", "--onec");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^Unknown option '--onec'/);
  expect(stderr).toContain(usage);
});

test("also a refusal is one document: each finding is a problem, the words go to standard error", async () => {
  const { code, stdout, stderr } = await cli("rehearse", stacksWith(broken), "broken", "--json");
  expect(code).toBe(1);
  const document = documentSchema.parse(JSON.parse(stdout));
  expect(document).toMatchObject({
    environment: "broken",
    ok: false,
    interrupted: false,
    phases: [],
    specialists: [],
    cost: null,
    stable: null,
    standing: null,
    logs: null,
  });
  expect(document.failure?.message).toMatch(/^Environment "broken" is refused: 3 errors\. Nothing was created\.\n/);
  expect(stderr).toBe(`${document.failure?.message}\n`);
  expect(document.failure?.problems).toHaveLength(3);
  expect(document.failure?.problems).toContainEqual({
    what: "polymath:bundels (unknown-key)",
    why: expect.stringMatching(/^found: .*; allowed: .*; fix: .*did you mean "bundles"\?$/),
  });
});
