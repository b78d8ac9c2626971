import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest, nearestFew, suggest } from "../../../config/nearest.ts";

const bundles = ["finance", "law", "medicine", "biology", "general", "FinanceNeMo"];

test.each([
  ["finace", "finance"],
  ["fiannce", "finance"],
  ["Finance", "finance"],
  ["lwa", "law"],
  ["lw", "law"],
  ["financenemo", "FinanceNeMo"],
  ["biologie", "biology"],
  ["chemistry", undefined],
  ["wal", undefined],
  ["", undefined],
])("the name nearest to %j is %j", (name, expected) => {
  expect(nearest(name, bundles)).toBe(expected);
});

test("of two names as near as each other the first is taken", () => {
  expect(nearest("ab", ["aa", "bb"])).toBe("aa");
});

test("a name that is known is nearest to itself, one slip away or not", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), { minLength: 1 }), fc.nat(), (known, pick) => {
      const name = known[pick % known.length] ?? "";
      expect(nearest(name, known)).toBe(name);
    }),
  );
});

test("one swapped pair of letters is one slip", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{2,12}$/), fc.nat(), (name, at) => {
      const index = at % (name.length - 1);
      const swapped = name.slice(0, index) + name[index + 1] + name[index] + name.slice(index + 2);
      expect(nearest(swapped, [name])).toBe(name);
    }),
  );
});

test.each([
  ["lwa", bundles, 'did you mean "law"?'],
  ["chemistry", ["law", "biology"], "use one of: biology, law"],
  ["law", [], 'remove "law"'],
])("the advice for %j", (name, known, expected) => {
  expect(suggest(name, known)).toBe(expected);
});

test.each([
  ["finace", ["finance"]],
  ["nemo", ["FinanceNeMo", "LawNeMo"]],
  ["law", ["law", "LawNeMo"]],
  ["chemistry", []],
  ["", []],
])("the few names nearest to %j are %j", (name, expected) => {
  expect(nearestFew(name, [...bundles, "LawNeMo"])).toEqual(expected);
});

test("no more names than asked for are given", () => {
  expect(nearestFew("a", ["ab", "ac", "ad", "ae"])).toEqual(["ab", "ac", "ad"]);
  expect(nearestFew("a", ["ab", "ac", "ad", "ae"], 1)).toEqual(["ab"]);
});
