import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isTerminal, isUnicode, terminalView, type Terminal } from "../../../../cli/rehearse/terminal.ts";
import type { RehearsalEvent } from "../../../../rehearsal/events.ts";
import { failure, paper, phase, progress, reported, standing, stateAfter } from "./support.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Escape codes, so that one can see them. */
const visible = (text: string) => text.replaceAll("\u001B", "␛");

/** As much of a terminal as the view uses: what is on it, and whether its cursor shows. */
function screen(
  columns = 80,
): Terminal & { columns: number; lines: () => string[]; cursor: () => boolean; writes: () => number } {
  const rows: string[] = [""];
  let row = 0;
  let shown = true;
  let writes = 0;
  const terminal = {
    columns,
    rows: 40,
    write: (text: string) => {
      writes += 1;
      for (const [piece] of visible(text).matchAll(/␛\[[?\d]*[A-Za-z]|\n|[^␛\n]+/g)) {
        if (piece === "\n") {
          row += 1;
          rows[row] ??= "";
        } else if (piece === "␛[?25l") shown = false;
        else if (piece === "␛[?25h") shown = true;
        else if (piece === "␛[J") rows.splice(row, rows.length, "");
        else if (/^␛.*A$/.test(piece)) row -= Number.parseInt(piece.slice(2), 10);
        else if (piece !== "␛[K") {
          // The first write of a line replaces what was there: the view clears the rest of it.
          rows[row] = piece;
        }
      }
      return true;
    },
    lines: () => rows.slice(0, -1),
    cursor: () => shown,
    writes: () => writes,
  };
  return terminal;
}

function shown(columns?: number) {
  const out = screen(columns);
  const err = paper();
  const start = Date.now();
  const view = terminalView({
    out,
    err,
    environment: "local",
    planned: ["gateway", "traffic"],
    style: { colour: false, unicode: true },
    logs: () => "/run/logs",
    now: () => Date.now() - start,
  });
  const events: (readonly [number, RehearsalEvent])[] = [];
  return {
    out,
    err,
    view,
    say: (event: RehearsalEvent) => {
      events.push([(Date.now() - start) / 1_000, event]);
      view.show(event, stateAfter(...events));
    },
  };
}

test("it is drawn again in place, at most eight times a second, and not at all when nothing changed", () => {
  const { out, view, say } = shown();
  expect(out.cursor()).toBe(false);
  say(phase("gateway", "begun"));
  vi.advanceTimersByTime(125);
  expect(out.lines()).toEqual(["Rehearsal of local, 0 s", "⠙ gateway controller                 0 s", "· traffic"]);
  const before = out.writes();
  for (let count = 0; count < 100; count += 1) say(progress);
  vi.advanceTimersByTime(1_000);
  expect(out.writes() - before).toBe(8);
  say(phase("gateway", "done", 1_200));
  vi.advanceTimersByTime(1_000);
  expect(out.lines()).toEqual(["Rehearsal of local, 2 s", "✓ gateway controller                 1 s", "· traffic"]);
  view.close();
});

test("what made tools last said stands below", () => {
  const { out, view, say } = shown();
  say(phase("tools", "begun"));
  view.tools("Making etcd 3.6, 1 of 9", "note");
  vi.advanceTimersByTime(125);
  expect(out.lines()[2]).toBe("    Making etcd 3.6, 1 of 9");
  view.close();
});

test("at the end its last state stays, then the table, and the cursor is back", () => {
  const { out, err, view, say } = shown();
  say(phase("gateway", "begun"));
  say(phase("gateway", "done", 1_000));
  say(reported);
  say(failure);
  vi.advanceTimersByTime(500);
  expect(out.lines().join("\n")).not.toContain("saul");
  view.close();
  view.close();
  expect(out.cursor()).toBe(true);
  expect(out.lines().slice(0, 4)).toEqual([
    "Rehearsal of local, 1 s",
    "✓ gateway controller                 1 s",
    "",
    "specialist  domain  runtime  pool  node  GPUs  route       answer               time",
  ]);
  expect(err.text()).toBe("\nThe rehearsal failed. 1 of 2 requests failed:\n  saul: HTTP 503\n");
  expect(vi.getTimerCount()).toBe(0);
});

test("when it stands the view ends, and what comes later is plain", () => {
  const { out, err, view, say } = shown();
  say(reported);
  say(standing);
  expect(out.cursor()).toBe(true);
  expect(out.lines().join("\n")).toMatch(
    /^Rehearsal of local, 0 s\n[^]*Not rehearsed: image pulls\.\n\nIt stays up until Ctrl-C\.[^]*\n\nLogs: \/run\/logs$/,
  );
  say(failure);
  expect(err.text()).toContain("The rehearsal failed.");
  view.close();
});

test("a terminal that became narrower has wrapped the lines, and they are all drawn over", () => {
  const { out, view, say } = shown(80);
  say(phase("gateway", "begun"));
  vi.advanceTimersByTime(125);
  // 23, 40 and 9 cells on lines of 30: four of them.
  out.columns = 30;
  const written = vi.spyOn(out, "write");
  vi.advanceTimersByTime(125);
  expect(visible(String(written.mock.calls[0]?.[0]))).toMatch(/^␛\[4A/);
  view.close();
});

test("the cursor comes back also when the process ends in the middle", () => {
  const before = process.listeners("exit");
  const { out, view } = shown();
  const added = process.listeners("exit").filter((one) => !before.includes(one));
  expect(added).toHaveLength(1);
  added[0]?.(1);
  expect(out.cursor()).toBe(true);
  view.close();
  expect(process.listeners("exit")).toEqual(before);
});

test.each([
  [{ isTTY: true }, { TERM: "xterm" }, true],
  [{ isTTY: true }, { TERM: "xterm", CI: "false" }, true],
  [{ isTTY: true }, { TERM: "xterm", CI: "true" }, false],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{ isTTY: false }, { TERM: "xterm" }, false],
  [{}, { TERM: "xterm" }, false],
])("%j in %j is a terminal: %s", (stream, env, expected) => {
  expect(isTerminal(stream, env)).toBe(expected);
});

test.each([
  [{ LANG: "de_DE.UTF-8" }, true],
  [{ LANG: "C.utf8" }, true],
  [{ LANG: "C" }, false],
  [{ LC_ALL: "C", LANG: "C.UTF-8" }, false],
  [{ LC_ALL: "", LANG: "C.UTF-8" }, true],
  [{}, false],
])("%j is a locale of UTF-8: %s", (env, expected) => {
  expect(isUnicode(env)).toBe(expected);
});
