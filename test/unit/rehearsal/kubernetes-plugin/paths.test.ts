import { expect, test } from "vitest";
import {
  changesBetween,
  formatPath,
  getAt,
  isUnder,
  overlaps,
  parsePath,
  setAt,
} from "../../../../rehearsal/kube/paths.ts";

test("changes go as deep as both sides do", () => {
  const before = { a: 1, gone: true, list: [{ x: 1 }, { x: 2 }], kind: "map", same: { y: [1] } };
  const after = {
    a: 2,
    list: [{ x: 1 }, { x: 3 }, { x: 4 }],
    kind: { now: "a map" },
    same: { y: [1] },
    extra: undefined,
  };
  expect(changesBetween(before, after)).toEqual([
    { path: ["a"], kind: "update" },
    { path: ["gone"], kind: "delete" },
    { path: ["list", 1, "x"], kind: "update" },
    { path: ["list", 2], kind: "add" },
    { path: ["kind"], kind: "update" },
  ]);
});

test("a key that every map in JavaScript inherits is a key like others", () => {
  expect(changesBetween({}, { constructor: "x" })).toEqual([{ path: ["constructor"], kind: "add" }]);
  expect(getAt({}, ["toString"])).toBeUndefined();
});

test.each([
  ["spec.containers[0].env", ["spec", "containers", 0, "env"]],
  ['metadata.labels["a.b/c"]', ["metadata", "labels", "a.b/c"]],
  ["spec", ["spec"]],
])("%s is read and written", (text, path) => {
  expect(parsePath(text)).toEqual(path);
  expect(formatPath(path)).toBe(text);
});

test("a star matches any step, and a pattern covers what lies below it", () => {
  const pattern = parsePath("spec.containers[*].image");
  expect(pattern).toEqual(["spec", "containers", "*", "image"]);
  expect(isUnder(["spec", "containers", 2, "image"], pattern)).toBe(true);
  expect(isUnder(["spec", "containers", 2], pattern)).toBe(false);
  expect(isUnder(["spec", "replicas"], parsePath("spec"))).toBe(true);
});

test.each([
  [["spec", "containers", 1], true],
  [["spec", "containers", 1, "image"], true],
  [["spec", "containers", 1, "image", "x"], true],
  [["spec", "containers", 1, "name"], false],
  [["spec", "volumes"], false],
  [["spec"], true],
])("%j meets spec.containers[*].image: %s", (path, meets) => {
  expect(overlaps(path, parsePath("spec.containers[*].image"))).toBe(meets);
});

test("setting passes over places that do not exist, and undefined removes", () => {
  const root = { a: { b: 1, c: 2 }, list: [1, 2] };
  setAt(root, ["a", "b"], undefined);
  setAt(root, ["list", 1], 3);
  setAt(root, ["x", "y"], 4);
  expect(root).toEqual({ a: { c: 2 }, list: [1, 3] });
});
