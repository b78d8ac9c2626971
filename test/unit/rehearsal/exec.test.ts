import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { execPaths, prepareExec, shellWord } from "../../../rehearsal/exec.ts";
import { toolPathsSchema } from "../../../rehearsal/job.ts";
import { rehearsalTools } from "../../../toolchain/tools.ts";

test("any text is one word of a shell", () => {
  const text = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const script = `for word in ${texts.map(shellWord).join(" ")}; do printf '%s\\0' "$word"; done`;
      const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
      expect(words).toEqual(texts);
    }),
    { numRuns: 20 },
  );
});

test("pulumi started by hand has the engine's environment and folder, nothing of the user's, and is for its user alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "a run's folder "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const engine = join(folder, "engine's");
  mkdirSync(engine);
  // It shows what it is given.
  const fake = join(folder, "the real pulumi");
  writeFileSync(
    fake,
    '#!/bin/sh\nprintf "%s\\n" "$@"\necho "$TERM"\nenv | grep -v -e "^PWD=" -e "^SHLVL=" -e "^_=" | sort\n',
    {
      mode: 0o755,
    },
  );
  const tools = toolPathsSchema.parse(
    Object.fromEntries(rehearsalTools.map((name) => [name, name === "pulumi" ? fake : `/tools/${name}`])),
  );
  const job = { environment: "local", folder, tools };
  prepareExec(job, {
    byHand: { folder: engine, env: { PATH: "/usr/bin:/bin", PULUMI_CONFIG_PASSPHRASE: "it's $secret" } },
  });
  const { bin, home } = execPaths(folder);
  const output = execFileSync(join(bin, "pulumi"), ["stack", "two words"], {
    env: { PATH: process.env["PATH"], TERM: "xterm", PULUMI_ACCESS_TOKEN: "the user's" },
    encoding: "utf8",
  });
  expect(output.trimEnd().split("\n")).toEqual([
    "--cwd",
    engine,
    "stack",
    "two words",
    "xterm",
    "PATH=/usr/bin:/bin",
    "PULUMI_CONFIG_PASSPHRASE=it's $secret",
    "TERM=xterm",
  ]);
  expect(statSync(join(bin, "pulumi")).mode & 0o777).toBe(0o700);
  // What a command is given as an argument everybody can read while it runs.
  expect(readFileSync(join(bin, "pulumi"), "utf8")).not.toContain("$secret");
  expect(statSync(join(folder, "exec", "pulumi.env")).mode & 0o777).toBe(0o600);
  expect(readlinkSync(join(bin, "kubectl"))).toBe("/tools/kubectl");
  expect(readFileSync(join(home, ".bashrc"), "utf8")).toBe("PS1='[rehearsal of local] $ '\n");
});
