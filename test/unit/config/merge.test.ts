import fc from "fast-check";
import { expect, test } from "vitest";
import { merge } from "../../../config/merge.ts";

test("maps merge key by key, lists and plain values are replaced", () => {
  const below = { pools: { allow: ["L4", "H100"], max: 3 }, bundles: ["law"], host: "a.b" };
  const above = { pools: { allow: ["L40S"] }, bundles: ["finance", "general"], host: null };
  expect(merge(below, above)).toEqual({
    pools: { allow: ["L40S"], max: 3 },
    bundles: ["finance", "general"],
    host: null,
  });
});

test.each([
  [{ a: { b: 1 } }, { a: [1] }, { a: [1] }],
  [{ a: [1] }, { a: { b: 1 } }, { a: { b: 1 } }],
  [{ a: 1 }, {}, { a: 1 }],
  [{}, { constructor: 1 }, { constructor: 1 }],
])("%j below %j gives %j", (below, above, expected) => {
  expect(merge(below, above)).toEqual(expected);
});

test("a key called __proto__ stays a key", () => {
  const above: Record<string, unknown> = JSON.parse('{ "__proto__": { "kind": "rehearsal" } }');
  const merged = merge({ a: 1 }, above);
  expect(Object.keys(merged)).toEqual(["a", "__proto__"]);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
});

const tree = fc.object({ maxDepth: 3, values: [fc.integer(), fc.string(), fc.boolean()] });

test("merging changes neither side, and a layer over itself is itself", () => {
  fc.assert(
    fc.property(tree, tree, (below, above) => {
      const before = structuredClone([below, above]);
      merge(below, above);
      expect([below, above]).toEqual(before);
      expect(merge(above, above)).toEqual(above);
    }),
  );
});

test("what the upper layer says counts, whatever lies below", () => {
  fc.assert(
    fc.property(tree, tree, (below, above) => {
      const merged = merge(below, above);
      expect(merge(merged, above)).toEqual(merged);
      expect(Object.keys(merged)).toEqual(expect.arrayContaining(Object.keys(above)));
    }),
  );
});
