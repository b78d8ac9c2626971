import * as fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { fit, frame, widthOf, type Style } from "../../../../cli/rehearse/frame.ts";
import { phases, type RehearsalEvent } from "../../../../rehearsal/events.ts";
import { failure, phase, progress, stateAfter } from "./support.ts";

const style: Style = { width: 100, height: 40, colour: false, unicode: true };
const planned = ["tools", "control-plane", "gateway", "update", "traffic"] as const;

const halfway = stateAfter(
  [0, phase("tools", "begun")],
  [0.4, phase("tools", "done", 400)],
  [1, phase("control-plane", "begun")],
  [13, phase("control-plane", "done", 12_000, "control plane is ready")],
  [14, phase("gateway", "begun")],
  [80, phase("gateway", "done", 66_000)],
  [80, phase("update", "begun", 0, 'pulumi up of "local"')],
);

describe("a frame", () => {
  test("shows what was done and for how long, what is done now, and what is to come", () => {
    expect(frame(halfway, 95_000, planned, style)).toEqual([
      "Rehearsal of local, 1 min 35 s",
      "✓ tools                              0 s",
      "✓ control plane                     12 s  control plane is ready",
      "✓ gateway controller           1 min 6 s",
      "⠋ pulumi up                         15 s",
      '    pulumi up of "local"',
      "· traffic",
    ]);
  });

  test("counts what is ready, and names what is waited for", () => {
    const state = stateAfter([80, phase("update", "begun", 0, "words")], [90, progress]);
    expect(frame(state, 95_125, ["update", "traffic"], style)).toEqual([
      "Rehearsal of local, 1 min 35 s",
      "⠙ pulumi up                         15 s  resources 40/142, pods 3/11, routes 0/12",
      "    2 not ready yet, among them pod law/saul: its containers have not started",
      "· traffic",
    ]);
  });

  test("of a failure has nothing to come", () => {
    const state = stateAfter([1, phase("gateway", "begun")], [4, phase("gateway", "failed", 3_000)], [4, failure]);
    expect(frame(state, 4_000, planned, style)).toEqual([
      "Rehearsal of local, 4 s",
      "✗ gateway controller                 3 s",
    ]);
  });

  test("a drill that was not planned takes its place", () => {
    const state = stateAfter([1, phase("drill", "begun")]);
    expect(frame(state, 2_000, ["traffic", "proof"], style).slice(1)).toEqual([
      "⠋ drill                              1 s",
      "· second preview and refresh",
    ]);
  });

  test("in ASCII, for terminals that know no more", () => {
    const lines = frame(halfway, 95_000, planned, { ...style, unicode: false });
    expect(lines.map((line) => line[0])).toEqual(["R", "+", "+", "+", "|", " ", "."]);
  });

  test("colours the marks alone", () => {
    const state = stateAfter([1, phase("gateway", "begun")], [4, phase("gateway", "failed", 3_000)]);
    expect(frame(state, 4_000, ["traffic"], { ...style, colour: true })).toEqual([
      "Rehearsal of local, 4 s",
      "\u001B[31m✗\u001B[0m gateway controller                 3 s",
      "\u001B[2m·\u001B[0m traffic",
    ]);
  });

  test("is never wider nor higher than the terminal, whatever was said", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const event: fc.Arbitrary<RehearsalEvent> = fc.oneof(
      text.map((text) => ({ kind: "note", text }) as const),
      text.map((why) => ({ ...progress, waiting: [{ what: "pod", why }] })),
      fc.constantFrom(...phases).map((name) => phase(name, "begun")),
      fc.constantFrom(...phases).map((name) => phase(name, "done", 100)),
    );
    const size = fc.record({ width: fc.integer({ min: 4, max: 200 }), height: fc.integer({ min: 2, max: 30 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 9 }), size, fc.boolean(), (events, { width, height }, colour) => {
        const state = stateAfter(...events.map((event, index) => [index, event] as const));
        const lines = frame(state, 100_000, planned, { width, height, colour, unicode: true });
        const shown = lines.map(stripVTControlCharacters);
        expect(lines.length).toBeLessThan(height);
        expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(width);
        expect(shown.join("")).not.toMatch(/\p{Control}/u);
      }),
      { numRuns: 50 },
    );
  });
});

test.each([
  ["short", 10, "short"],
  ["exactly", 7, "exactly"],
  ["too long", 4, "too "],
  ["two\nlines\tand \u001B[2J more", 40, "two lines and  [2J more"],
  ["生物学", 5, "生物"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301"],
])("%j fits on %i cells as %j", (text, width, expected) => {
  expect(fit(text, width)).toBe(expected);
});
