import { expect, test } from "vitest";
import { duration, progressPrinter } from "../../../toolchain/progress.ts";

/** A stream that keeps what is written to it. */
const stream = (terminal: { isTTY?: boolean; columns?: number } = {}) => {
  const written: string[] = [];
  return { ...terminal, written, write: (text: string) => written.push(text) };
};

test("in a log an update is printed every 30 seconds", () => {
  const log = stream();
  let now = 0;
  const progress = progressPrinter(log, () => now);
  progress("Making etcd", "note");
  for (now = 1000; now <= 61_000; now += 1000) progress(`${now / 1000} s`, "update");
  progress("Made etcd", "note");
  expect(log.written).toEqual(["Making etcd\n", "30 s\n", "60 s\n", "Made etcd\n"]);
});

test("on a terminal updates rewrite one line, cut to its width", () => {
  const terminal = stream({ isTTY: true, columns: 11 });
  const progress = progressPrinter(terminal);
  progress("Making etcd 3.6.16", "note");
  progress("1 of 100 packages", "update");
  progress("2 of 100", "update");
  progress("Made etcd 3.6.16", "note");
  expect(terminal.written).toEqual([
    "Making etcd 3.6.16\n",
    "1 of 100 p",
    "\r\u001B[K2 of 100",
    "\r\u001B[KMade etcd 3.6.16\n",
  ]);
});

test("a span is told in minutes and seconds", () => {
  expect([0, 1400, 59_400, 59_600, 125_000].map(duration)).toEqual(["0 s", "1 s", "59 s", "1 min 0 s", "2 min 5 s"]);
});
