import { expect, test } from "vitest";
import { table } from "../../../plan/table.ts";

test("columns are as wide as their widest cell, lines end without blanks", () => {
  expect(table(["pool", "n"], [["g6-xlarge", "1"], ["a", ""], ["b"]])).toBe("pool       n\ng6-xlarge  1\na\nb");
});

test("a table without rows is its header", () => {
  expect(table(["a", "b"], [])).toBe("a  b");
});
