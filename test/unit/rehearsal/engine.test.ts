import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { rehearsalStackFile, withoutSecure } from "../../../rehearsal/engine.ts";

test("encrypted values become a word, wherever they stand; the rest stays", () => {
  expect(
    withoutSecure({
      a: { secure: "v1:x" },
      b: [{ secure: "v1:y" }, 1, null, "text"],
      c: { d: { secure: "v1:z", other: 1 }, e: true },
    }),
  ).toEqual({ a: "rehearsal", b: ["rehearsal", 1, null, "text"], c: { d: "rehearsal", e: true } });
});

test("the stack file of a rehearsal has the environment's keys but no secrets", () => {
  const text = rehearsalStackFile({
    "polymath:bundles": ["law"],
    "polymath:secrets": { ngc: { secure: "v1:x" } },
    "aws:token": { secure: "v1:y" },
    "aws:region": "eu-central-1",
  });
  expect(parse(text)).toEqual({
    config: { "polymath:bundles": ["law"], "aws:token": "rehearsal", "aws:region": "eu-central-1" },
  });
});

test("no encrypted value survives, at any depth", () => {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.constant(null),
      fc.stringMatching(/^[a-z]{1,8}$/).map((text) => ({ secure: `hunter2${text}` })),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("tree"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+:[a-z]+$/), tree), (config) => {
      expect(rehearsalStackFile(config)).not.toContain("hunter2");
    }),
  );
});
