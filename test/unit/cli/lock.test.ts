import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { stacksWith } from "../../support/stacks.ts";
import { cli, sound } from "./support.ts";

const written = (stacks: string, name: string) =>
  `Wrote ${join(stacks, "locks", `${name}.json`)}. Review it and commit it beside the stack file.\n`;

vi.setConfig({ testTimeout: 60_000 });

test("the lock is written once, and again to the same bytes", async () => {
  const stacks = stacksWith({ local: sound });
  const file = join(stacks, "locks", "local.json");
  expect(await cli("lock", stacks)).toEqual({
    code: 0,
    stdout: `  saul-7b-instruct: placed on g6-xlarge-1gpu\n${written(stacks, "local")}`,
    stderr: "",
  });
  const first = readFileSync(file, "utf8");
  expect(await cli("lock", stacks, "local")).toEqual({
    code: 0,
    stdout: `  no specialist moves\n${written(stacks, "local")}`,
    stderr: "",
  });
  expect(readFileSync(file, "utf8")).toBe(first);
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
});

test("what comes and goes is said", async () => {
  const stacks = stacksWith({ prod: sound });
  await cli("lock", stacks, "prod");
  writeFileSync(
    join(stacks, "Pulumi.prod.yaml"),
    sound.replace("name: law, only: [saul-7b-instruct]", "name: finance, only: [fin-r1]"),
  );
  const { stdout } = await cli("lock", stacks, "prod");
  expect(stdout).toBe(
    `  fin-r1: placed on g6e-xlarge-1gpu\n  saul-7b-instruct: gone from g6-xlarge-1gpu\n${written(stacks, "prod")}`,
  );
});

test("a refused environment writes no lock and leaves the old one alone", async () => {
  const stacks = stacksWith({ local: sound });
  await cli("lock", stacks);
  const file = join(stacks, "locks", "local.json");
  const before = readFileSync(file, "utf8");
  writeFileSync(join(stacks, "Pulumi.local.yaml"), sound.replace("name: law", "name: lwa"));
  expect(await cli("lock", stacks)).toEqual({
    code: 1,
    stdout: "",
    stderr: `Environment "local" is refused: 1 error. Nothing was created.
  error  unknown-bundle  at polymath:bundles[0].name
    found:   "lwa"
    allowed: ${[...catalogue.bundles.keys()].join(", ")}
    fix:     did you mean "law"?
`,
  });
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
});

test("a broken old lock is not overwritten", async () => {
  const stacks = stacksWith({ local: sound });
  const file = join(stacks, "locks", "local.json");
  writeFileSync(file, "{");
  const { code, stdout, stderr } = await cli("lock", stacks);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("  error  broken-lock  at locks/local.json\n");
  expect(readFileSync(file, "utf8")).toBe("{");
});

test("a folder that cannot be written to is named, without a stack trace", async () => {
  const stacks = stacksWith({ local: sound });
  rmSync(join(stacks, "locks"), { recursive: true });
  writeFileSync(join(stacks, "locks"), "");
  expect(await cli("lock", stacks)).toEqual({
    code: 1,
    stdout: "",
    stderr: `EEXIST: file already exists, mkdir '${join(stacks, "locks")}'\n`,
  });
});

test("the folder of the locks is made where it is missing", async () => {
  const stacks = stacksWith({ local: sound });
  rmSync(join(stacks, "locks"), { recursive: true });
  mkdirSync(join(stacks, "other"));
  expect((await cli("lock", stacks)).code).toBe(0);
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
});
