import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepLogs, keptRuns, runFolders } from "../../../rehearsal/run-folder.ts";

test("of failed runs the logs of the newest five are kept, and those of running ones", () => {
  const base = mkdtempSync(join(tmpdir(), "base-"));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const runFolder = (name: string, second: number) => {
    const folder = join(base, name);
    mkdirSync(join(folder, "logs"), { recursive: true });
    utimesSync(join(folder, "logs"), second, second);
    return folder;
  };
  for (const second of [1, 2, 3, 4, 5, 6]) runFolder(`polymath-run-old${second}`, second);
  runFolder("polymath-other", 1);
  writeFileSync(join(runFolder("polymath-run-running", 1), "owner"), "somebody");
  const failed = runFolder("polymath-run-new", 7);
  writeFileSync(join(failed, "owner"), "me");
  writeFileSync(join(failed, "job.json"), "{}");
  expect(keepLogs(failed)).toBe(join(failed, "logs"));
  expect(readdirSync(base).sort()).toEqual([
    "polymath-other",
    "polymath-run-new",
    "polymath-run-old3",
    "polymath-run-old4",
    "polymath-run-old5",
    "polymath-run-old6",
    "polymath-run-running",
  ]);
  expect(readdirSync(failed)).toEqual(["logs"]);
  expect(keptRuns(base).map(({ logs, time }) => [logs, time.getTime()])).toEqual([
    [join(failed, "logs"), 7_000],
    ...[6, 5, 4, 3].map((second) => [join(base, `polymath-run-old${second}`, "logs"), second * 1_000]),
  ]);
});

test("a link to a folder of the user's is no run of theirs: anybody can make one in the temporary folder", () => {
  const base = mkdtempSync(join(tmpdir(), "base-"));
  onTestFinished(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, "documents", "logs"), { recursive: true });
  symlinkSync(join(base, "documents"), join(base, "polymath-run-link"));
  expect(runFolders(base)).toEqual([]);
});
