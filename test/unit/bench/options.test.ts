import { expect, test } from "vitest";
import { parseCommand } from "../../../bench/options.ts";

test("everything, five times, as text", () => {
  expect(parseCommand([])).toEqual({
    names: ["rehearsal", "objects", "program"],
    runs: 5,
    sizes: [20, 100, 500],
    format: "text",
  });
});

test("what was asked, in the order of the house", () => {
  expect(parseCommand(["program", "rehearsal", "--runs", "3", "--sizes", "10,20", "--markdown"])).toEqual({
    names: ["rehearsal", "program"],
    runs: 3,
    sizes: [10, 20],
    format: "markdown",
  });
  expect(parseCommand(["--json"]).format).toBe("json");
});

test.each([
  [["objcts"], 'There is no bench "objcts"; did you mean "objects"?'],
  [["--runs", "0"], '--runs takes whole numbers above 0; given: "0".'],
  [["--sizes", "20,many"], '--sizes takes whole numbers above 0; given: "many".'],
  [["--sizes", "20,"], '--sizes takes whole numbers above 0; given: "".'],
  [["--json", "--markdown"], "One of --json and --markdown; given: both."],
])("%j is refused", (argv, message) => {
  expect(() => parseCommand(argv)).toThrow(`${message}\nUsage: npm run bench -- `);
});

test("an unknown option is refused with the usage", () => {
  expect(() => parseCommand(["--fast"])).toThrow(/^Unknown option '--fast'.*\nUsage: npm run bench/s);
});
