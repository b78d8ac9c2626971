import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockFile, readLock, writeLock, type Lock } from "../../../plan/lock.ts";
import { stacksWith } from "../../support/stacks.ts";
import { error, refusedWith } from "../config/support.ts";

const lock: Lock = {
  schema: 1,
  environment: "local",
  prices: { region: "us-east-1", date: "2026-07-20" },
  pools: [{ name: "g6-xlarge-1gpu", instanceType: "g6.xlarge", gpusPerReplica: 1, nodes: 1, usdPerHour: 0.8048 }],
  specialists: {
    a: { model: "m", pool: "g6-xlarge-1gpu", image: "i:1.0", digest: "unresolved", revision: "unresolved" },
  },
};

const brokenLock = (where: string, given: string) =>
  error(
    "broken-lock",
    `locks/local.json${where}`,
    given,
    "a lock as npm run lock writes it",
    "restore the file from version control, or delete it and run: npm run lock -- local",
  );

test("a lock that was never written is no lock", () => {
  expect(readLock(stacksWith({}), "local")).toBeUndefined();
});

test("what is written is read again, and nothing else is left in the folder", () => {
  const stacks = stacksWith({});
  expect(writeLock(stacks, lock)).toBe(lockFile(stacks, "local"));
  writeLock(stacks, lock);
  expect(readLock(stacks, "local")).toEqual(lock);
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
  expect(readFileSync(lockFile(stacks, "local"), "utf8")).toBe(`${JSON.stringify(lock, null, 2)}\n`);
});

test("the folder of the locks is made where it is missing", () => {
  const stacks = join(stacksWith({}), "deeper");
  writeLock(stacks, lock);
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
});

test("a lock that cannot take its place leaves nothing half-made", () => {
  const stacks = stacksWith({});
  mkdirSync(lockFile(stacks, "local"));
  expect(() => writeLock(stacks, lock)).toThrow("EISDIR");
  expect(readdirSync(join(stacks, "locks"))).toEqual(["local.json"]);
});

describe("refused", () => {
  const readingOf = (text: string) => {
    const stacks = stacksWith({});
    writeFileSync(lockFile(stacks, "local"), text);
    return refusedWith(() => readLock(stacks, "local"));
  };

  test("broken JSON, in one line", () => {
    expect(readingOf('{\n  "schema": 1,\n')).toEqual([
      brokenLock("", "Expected double-quoted property name in JSON at position 17 (line 3 column 1)"),
    ]);
    expect(readingOf("{ a\n}").map(({ given }) => given.includes("\n"))).toEqual([false]);
    expect(readingOf("")).toEqual([brokenLock("", "Unexpected end of JSON input")]);
  });

  test("something that is no file", () => {
    const stacks = stacksWith({});
    mkdirSync(lockFile(stacks, "local"));
    expect(refusedWith(() => readLock(stacks, "local"))).toEqual([
      brokenLock("", "EISDIR: illegal operation on a directory, read"),
    ]);
  });

  test("JSON of another shape, every fault with its place", () => {
    const { environment: _environment, ...rest } = lock;
    const pools = [{ ...lock.pools[0], nodes: 0, colour: "red" }];
    const prices = { ...lock.prices, date: "July" };
    expect(readingOf(JSON.stringify({ ...rest, schema: 2, prices, pools }))).toEqual([
      brokenLock("#schema", "Invalid input: expected 1"),
      brokenLock("#environment", "Invalid input: expected string, received undefined"),
      brokenLock("#prices.date", "Invalid ISO date"),
      brokenLock("#pools[0].nodes", "Too small: expected number to be >0"),
      brokenLock("#pools[0]", 'Unrecognized key: "colour"'),
    ]);
    expect(readingOf("[]")).toEqual([brokenLock("", "Invalid input: expected object, received array")]);
  });
});
