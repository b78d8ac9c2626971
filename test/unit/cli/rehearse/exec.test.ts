import { describe, expect, test } from "vitest";
import { chooseRun, parseExec } from "../../../../cli/rehearse/exec.ts";
import type { Run } from "../../../../rehearsal/runs.ts";

const usage = "Usage: npm run rehearse -- exec [--run NAME] [-- COMMAND [ARG ...]]";

describe("what follows exec", () => {
  test.each([
    [[], undefined, []],
    [["--"], undefined, []],
    [["--", "kubectl", "get", "pods", "--", "-A"], undefined, ["kubectl", "get", "pods", "--", "-A"]],
    [["kubectl", "--run", "x"], undefined, ["kubectl", "--run", "x"]],
    [["--run", "a1", "--", "ls"], "a1", ["ls"]],
    [["--run=a1", "ls"], "a1", ["ls"]],
  ])("%j", (argv, run, command) => {
    expect(parseExec(argv)).toEqual({ run, command });
  });

  test.each([
    [["--rum", "a"], `exec has no option "--rum"; a command comes after "--".\n${usage}`],
    [["--run"], `--run takes the name of a run.\n${usage}`],
    [["--run="], `--run takes the name of a run.\n${usage}`],
  ])("%j is refused", (argv, message) => {
    expect(() => parseExec(argv)).toThrow(message);
  });
});

describe("the run that is meant", () => {
  const runOf = (name: string, environment: string): Run => ({
    name,
    environment,
    folder: `/tmp/polymath-run-${name}`,
    since: `2026-11-23T0${name.length}:00:00Z`,
    pid: 1,
    startTick: "1",
    pidNamespace: "pid:[1]",
  });
  const one = runOf("a1", "local");
  const two = runOf("b22", "prod-eu");

  test("is the only one, or the one that is named", () => {
    expect(chooseRun([one], undefined)).toBe(one);
    expect(chooseRun([one, two], "b22")).toBe(two);
  });

  test("none runs: how to start one", () => {
    const message = 'No rehearsal of yours runs. Start one in another terminal: "npm run rehearse -- local".';
    expect(() => chooseRun([], undefined)).toThrow(message);
    expect(() => chooseRun([], "a1")).toThrow(message);
  });

  const list = `

run  environment  since
a1   local        2026-11-23T02:00:00Z
b22  prod-eu      2026-11-23T03:00:00Z`;

  test("several run: which ones", () => {
    expect(() => chooseRun([one, two], undefined)).toThrow(
      `Several rehearsals run; choose one with --run NAME:${list}`,
    );
  });

  test("another name: which ones run", () => {
    expect(() => chooseRun([one, two], "c")).toThrow(
      `No rehearsal of the name "c" runs; choose one with --run NAME:${list}`,
    );
  });
});
