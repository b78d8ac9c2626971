import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = fileURLToPath(new URL("../../policy/run", import.meta.url));
const policyFolder = fileURLToPath(new URL("../../policy", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polymath-policy-run-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Starts policy/run where `node` is a script that answers `version`, and otherwise says how it was started. */
function start(version: string) {
  const node = join(folder, "node");
  writeFileSync(node, `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; else echo "$PWD: $*"; fi\n`);
  chmodSync(node, 0o755);
  return spawnSync(run, ["127.0.0.1:1234"], { cwd: folder, env: { PATH: folder }, encoding: "utf8" });
}

const advice =
  "polymath-policy: run pulumi through an npm script of this project (Node.js 24 comes with `npm ci`), or put a newer Node.js first on PATH.\n";
const needs = "Node.js >= 22.19 is needed, because it runs TypeScript without a build.\n";

test.each(["v22.19.0", "v22.21.1", "v23.6.0", "v24.0.0"])(
  "starts the pack in its own folder with Node.js %s",
  (version) => {
    expect(start(version)).toMatchObject({
      status: 0,
      stdout: `${policyFolder}: --disable-warning=ExperimentalWarning index.ts 127.0.0.1:1234\n`,
      stderr: "",
    });
  },
);

test.each(["v18.20.8", "v20.20.2", "v22.18.9", "v22.2.0"])("refuses Node.js %s", (version) => {
  expect(start(version)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `polymath-policy: the Node.js on PATH is ${version}; ${needs}${advice}`,
  });
});

test.each(["v23.0.0", "v23.5.0"])("refuses Node.js %s, which reads TypeScript only with a flag", (version) => {
  expect(start(version)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `polymath-policy: the Node.js on PATH is ${version}, and 23.0 to 23.5 run TypeScript only with a flag; ${needs}${advice}`,
  });
});

test("refuses a node that gives no version", () => {
  expect(start("hello")).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `polymath-policy: the Node.js on PATH answers "hello" when asked for its version; ${needs}${advice}`,
  });
});

test("says so where there is no Node.js", () => {
  const result = spawnSync(run, ["127.0.0.1:1234"], { cwd: folder, env: { PATH: folder }, encoding: "utf8" });
  expect(result).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `polymath-policy: no Node.js was found on PATH; ${needs}${advice}`,
  });
});
