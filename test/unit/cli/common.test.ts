import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentAndFlags, run, UserError } from "../../../cli/common.ts";
import { RefusedError } from "../../../config/finding.ts";
import { today } from "../../../plan/plan-environment.ts";

vi.setConfig({ testTimeout: 60_000 });

const usage = "npm run x -- [ENVIRONMENT]";

test.each([
  [[], "local", []],
  [["prod"], "prod", []],
  [["prod", "--json"], "prod", ["json"]],
  [["--json", "--once"], "local", ["json", "once"]],
  [["--", "--json"], "--json", []],
])("%j names the environment %s", (argv, environment, flags) => {
  expect(environmentAndFlags(usage, ["json", "once"], argv)).toEqual({ environment, flags: new Set(flags) });
});

test("anything else is a mistake that is told with the usage", () => {
  expect(() => environmentAndFlags(usage, [], ["a", "b"])).toThrow(
    new UserError(`One environment at a time; given: a, b.\nUsage: ${usage}`),
  );
});

test("today is a day", () => {
  vi.useFakeTimers({ now: new Date("2026-11-23T23:59:59Z") });
  expect(today()).toBe("2026-11-23");
  vi.useRealTimers();
});

let written = "";
beforeEach(() => {
  written = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  process.exitCode = undefined;
});

test("the exit code is what the command returns", async () => {
  await run(() => Promise.resolve(3));
  expect([process.exitCode, written]).toEqual([3, ""]);
});

test.each([
  new UserError("two environments"),
  new RefusedError("local", []),
  Object.assign(new Error("no Go"), { name: "ToolchainError" }),
  Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES", syscall: "open", path: "/x" }),
])("an expected failure is its message alone: $message", async (failure) => {
  await run(() => {
    throw failure;
  });
  expect([process.exitCode, written]).toEqual([1, `${failure.message}\n`]);
});

test("a bug shows where it is", async () => {
  await run(() => {
    throw new TypeError("undefined is not a function");
  });
  expect(process.exitCode).toBe(1);
  expect(written.split("\n")[0]).toBe("TypeError: undefined is not a function");
  expect(written).toContain("common.test.ts");
});

describe("standard output that", () => {
  const list = join(import.meta.dirname, "../../../cli/catalogue.ts");
  const outcome = async (out: "pipe" | number) => {
    const child = spawn(process.execPath, [list], { stdio: ["ignore", out, "pipe"] });
    child.stdout?.destroy();
    const code = new Promise((resolve) => child.once("close", resolve));
    return [child.stderr && (await text(child.stderr)), await code];
  };

  test("nobody reads on is no failure", async () => {
    expect(await outcome("pipe")).toEqual(["", 0]);
  });

  test("cannot be written to is one, and says why", async () => {
    const full = openSync("/dev/full", "w");
    expect(await outcome(full)).toEqual(["ENOSPC: no space left on device, write\n", 1]);
    closeSync(full);
  });
});
