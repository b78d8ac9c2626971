import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keptLogs } from "../../../../cli/rehearse/logs.ts";

test("the logs that are kept are listed with their time and the reason of the failure", () => {
  const base = mkdtempSync(join(tmpdir(), "base-"));
  onTestFinished(() => rmSync(base, { recursive: true }));
  expect(keptLogs(base)).toBe("No logs are kept: no rehearsal of yours has failed lately.\n");
  const keep = (name: string, time: string, log?: string) => {
    const logs = join(base, `polymath-run-${name}`, "logs");
    mkdirSync(logs, { recursive: true });
    if (log !== undefined) writeFileSync(join(logs, "rehearsal.log"), log);
    utimesSync(logs, new Date(time), new Date(time));
    return logs;
  };
  const silent = keep("a", "2026-11-22T08:00:00Z");
  const told = keep(
    "b",
    "2026-11-23T09:30:00Z",
    "[  1 s] ready\n\nThe rehearsal failed. 1 of 2 requests failed:\n  saul\n",
  );
  expect(keptLogs(base)).toBe(
    `2026-11-23T09:30:00Z  ${told}\n  1 of 2 requests failed:\n2026-11-22T08:00:00Z  ${silent}\n`,
  );
});
