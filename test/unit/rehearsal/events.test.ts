import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { emitTo, parseEvent, tellerWith, type RehearsalEvent } from "../../../rehearsal/events.ts";

/** A teller with a clock that moves only by hand, and what it told. */
function recorded() {
  const told: RehearsalEvent[] = [];
  let time = 1_000;
  const teller = tellerWith(
    (event) => told.push(event),
    () => time,
  );
  return { told, teller, pass: (milliseconds: number) => (time += milliseconds) };
}

test("a phase tells its beginning and its end, with the time and the words for it", async () => {
  const { told, teller, pass } = recorded();
  const work = () => {
    pass(1_234);
    return Promise.resolve(7);
  };
  const result = await teller.phase("destroy", work, { begun: "taking down", done: (count) => `${count} objects` });
  expect(result).toBe(7);
  expect(told).toEqual([
    { kind: "phase", phase: "destroy", state: "begun", milliseconds: 0, text: "taking down" },
    { kind: "phase", phase: "destroy", state: "done", milliseconds: 1_234, text: "7 objects" },
  ]);
});

test("a phase that fails says so, and its error goes on", async () => {
  const { told, teller, pass } = recorded();
  const error = new Error("no gateway");
  const work = () => {
    pass(5);
    return Promise.reject(error);
  };
  await expect(teller.phase("gateway", work)).rejects.toBe(error);
  expect(told).toEqual([
    { kind: "phase", phase: "gateway", state: "begun", milliseconds: 0 },
    { kind: "phase", phase: "gateway", state: "failed", milliseconds: 5 },
  ]);
});

test("what one side writes, the other reads, one event a line", () => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const events: RehearsalEvent[] = [
    { kind: "note", text: "two\nlines" },
    {
      kind: "progress",
      pods: { ready: 1, total: 2 },
      routes: { ready: 0, total: 3 },
      resources: null,
      waiting: [{ what: "pod a", why: "it starts" }],
    },
    { kind: "drill", table: "a table", ok: true, lost: [{ route: "model a", requests: 3 }] },
    { kind: "failure", message: "no", problems: [] },
  ];
  const file = join(folder, "events");
  const descriptor = openSync(file, "w");
  for (const event of events) emitTo(descriptor)(event);
  closeSync(descriptor);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.map(parseEvent)).toEqual(events);
});

test.each([
  ["no JSON", "Segmentation fault"],
  ["no event", '{"kind":"weather"}'],
  ["half an event", '{"kind":"destroyed"}'],
  ["an unknown phase", '{"kind":"phase","phase":"lunch","state":"begun","milliseconds":0}'],
])("%s is refused", (_what, line) => {
  expect(() => parseEvent(line)).toThrow();
});

test("a failure to write is told, unless the reader has gone", () => {
  expect(() => emitTo(2 ** 20)({ kind: "stable" })).toThrow("EBADF");
});
