import { expect, test } from "vitest";
import { runGroup } from "../../../toolchain/run.ts";

test.each([
  ["exit 0", undefined],
  ["exit 3", "code 3"],
  ["kill -TERM $$", "SIGTERM"],
])("%s: a command's end is told by its code or its signal", async (script, failure) => {
  const { signal } = new AbortController();
  const run = await runGroup("/bin/sh", ["-c", `echo out; echo err >&2; ${script}`], { env: process.env, signal });
  expect(run).toEqual({ stdout: "out\n", tail: ["err"], failure });
});
