import { expect, test } from "vitest";
import { show } from "../../../config/show.ts";

test.each([
  [undefined, [], "nothing"],
  ["a", [], '"a"'],
  [Number.POSITIVE_INFINITY, [], "Infinity"],
  [null, [], "null"],
  [{ min: 1 }, ["bundles", 0], '{"min":1}'],
  [{ secure: "v1:abc" }, [], '{"secure":"[secret]"}'],
  [{ a: { secrets: { ngc: "x" } } }, [], '{"a":{"secrets":"[secret]"}}'],
  ["hunter2", ["secrets", "ngc"], "[secret]"],
  [undefined, ["secrets", "ngc", "secure"], "nothing"],
])("%j at %j is shown as %s", (value, path, expected) => {
  expect(show(value, path)).toBe(expected);
});

test("a long value is cut at 80 characters", () => {
  expect(show("x".repeat(100))).toBe(`"${"x".repeat(76)}...`);
  expect(show("x".repeat(78))).toBe(`"${"x".repeat(78)}"`);
});
