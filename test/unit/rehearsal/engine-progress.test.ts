import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EngineProgress } from "../../../rehearsal/engine-progress.ts";

const preview = `Previewing update (local):
 +  pulumi:pulumi:Stack polymath-local create
 +  polymath:index:Specialist fin-r1 create
Policies:
    ✅ polymath@v0.1.0
Resources:
    + 3 to create
`;
const update = `
Updating (local):
 +  pulumi:pulumi:Stack polymath-local creating (0s)
 +  polymath:index:Specialist fin-r1 created
@ updating....
 +  kubernetes:core/v1:Namespace law creating (0s)
 +  kubernetes:core/v1:Namespace law created (0.02s)
`;

const after = (...pieces: readonly string[]) => {
  const progress = new EngineProgress();
  for (const piece of pieces) progress.feed(piece);
  return progress.share();
};

test("what is planned is known after the preview, and what is made counts up", () => {
  expect(after(preview.slice(0, 60))).toBeNull();
  expect(after(preview)).toEqual({ ready: 0, total: 3 });
  expect(after(preview, update)).toEqual({ ready: 2, total: 3 });
  expect(after(preview, update, " +  pulumi:pulumi:Stack polymath-local created (2s)\n")).toEqual({
    ready: 3,
    total: 3,
  });
});

test("the sum at the end is no resource", () => {
  expect(after(preview, "Resources:\n    + 3 created\n")).toEqual({ ready: 0, total: 3 });
});

test("however the output is cut into pieces, the count is the same", () => {
  const text = preview + update;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      expect(after(...places.slice(1).map((end, index) => text.slice(places[index], end)))).toEqual({
        ready: 2,
        total: 3,
      });
    }),
  );
});
