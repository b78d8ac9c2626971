import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { progressPrinter } from "../toolchain/progress.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { toolNames } from "../toolchain/tools.ts";
import { run } from "./common.ts";

/** Everything that must pass, cheap checks first. Goes on after a failure, so that one run shows all of them. */

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a command with its output shown. Resolves with its exit code; null when a signal ended it. */
const execute = (command: string, args: readonly string[]): Promise<number | null> =>
  new Promise((resolve, reject) => {
    spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] })
      .on("error", reject)
      .on("close", resolve);
  });

/** One check that passes or fails as a whole. */
async function check(name: string, command: string, ...args: readonly string[]): Promise<Count> {
  const started = performance.now();
  const code = await execute(command, args);
  say(
    `${name}: ${code === 0 ? "passed" : `FAILED (exit code ${code})`}, ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  );
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Test projects of vitest, counted test by test; a file that does not even load counts as failed. */
async function tests(folder: string, ...projects: readonly string[]): Promise<Count> {
  const report = join(folder, `${projects.join("-")}.json`);
  const selection = projects.flatMap((project) => ["--project", project]);
  const code = await execute("vitest", [
    "run",
    ...selection,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = reportSchema.parse(
      JSON.parse(readFileSync(report, "utf8")),
    );
    const broken =
      numFailedTests === 0 && (numFailedTestSuites > 0 || code !== 0) ? Math.max(1, numFailedTestSuites) : 0;
    return { passed: numPassedTests, failed: numFailedTests + broken };
  } catch {
    say(`vitest wrote no report for ${projects.join(", ")} (exit code ${code})`);
    return { passed: 0, failed: 1 };
  }
}

/** Engine tests need the tools: made here, with progress, so that no test waits for a build in silence. */
async function engineTests(folder: string): Promise<Count> {
  try {
    await resolveTools(toolNames, { progress: progressPrinter(process.stderr) });
  } catch (error) {
    say(`The engine tests cannot run: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
  return tests(folder, "engine");
}

await run(async () => {
  const folder = mkdtempSync(join(tmpdir(), "polymath-test-"));
  try {
    const counts = [
      await check("format", "oxfmt", "--check", "."),
      await check("lint, circular imports", "oxlint"),
      await check("types", "tsc"),
      await check("dead code", "knip", "--treat-config-hints-as-errors"),
      await tests(folder, "unit", "components", "golden", "policy"),
      await engineTests(folder),
    ];
    const sum = (of: (count: Count) => number) => counts.reduce((total, count) => total + of(count), 0);
    const failed = sum((count) => count.failed);
    say(`${sum((count) => count.passed)} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
