import { describe, expect, test } from "vitest";
import type { Solver } from "../../../plan/placement.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import { error, refusedWith } from "../config/support.ts";
import { catalogue, environmentOf, lockOf } from "./support.ts";

const keys = { bundles: ["finance", "law"], pools: { allow: ["L4", "L40S"] } };

test("a first lock places everyone and says so", () => {
  expect(solveLock(environmentOf(keys), catalogue, undefined)).toEqual({
    lock: {
      schema: 1,
      environment: "test",
      prices: { region: "us-east-1", date: "2026-07-20" },
      pools: [
        { name: "g6-xlarge-1gpu", instanceType: "g6.xlarge", gpusPerReplica: 1, nodes: 1, usdPerHour: 0.8048 },
        { name: "g6e-xlarge-1gpu", instanceType: "g6e.xlarge", gpusPerReplica: 1, nodes: 1, usdPerHour: 1.861 },
      ],
      specialists: {
        "fin-r1": {
          model: "fin-r1",
          pool: "g6e-xlarge-1gpu",
          image: "vllm/vllm-openai:v0.22.0",
          digest: "unresolved",
          revision: "unresolved",
        },
        "saul-7b-instruct": {
          model: "saul-7b-instruct",
          pool: "g6-xlarge-1gpu",
          image: "vllm/vllm-openai:v0.22.0",
          digest: "unresolved",
          revision: "unresolved",
        },
      },
    },
    moves: ["fin-r1: placed on g6e-xlarge-1gpu", "saul-7b-instruct: placed on g6-xlarge-1gpu"],
  });
});

test("the order of bundles makes no difference", () => {
  const turned = environmentOf({ ...keys, bundles: ["law", "finance"] });
  expect(JSON.stringify(lockOf(turned))).toBe(JSON.stringify(lockOf(environmentOf(keys))));
});

test("solved again, nothing moves", () => {
  const environment = environmentOf(keys);
  const lock = lockOf(environment);
  expect(solveLock(environment, catalogue, lock)).toEqual({ lock, moves: [] });
});

test("what moves, comes and goes is said in one sentence each", () => {
  const old = lockOf(environmentOf(keys));
  const now = environmentOf({ bundles: ["finance", "medicine"], pools: { allow: ["A10G", "H100"] } });
  expect(solveLock(now, catalogue, old).moves).toEqual([
    "fin-r1: moves from g6e-xlarge-1gpu to g5-12xlarge-2gpu",
    "medgemma-1-5-4b-it: placed on g5-xlarge-1gpu",
    "saul-7b-instruct: gone from g6-xlarge-1gpu",
  ]);
});

test("a cheaper price moves nothing that a lock placed, without the lock it would", () => {
  const cheap = {
    ...catalogue,
    instances: catalogue.instances.map((type) => (type.name === "g6e.2xlarge" ? { ...type, usdPerHour: 0.1 } : type)),
  };
  const environment = environmentOf(keys);
  expect(solveLock(environment, cheap, lockOf(environment)).moves).toEqual([]);
  expect(solveLock(environment, cheap, undefined).lock.pools.map(({ name }) => name)).toEqual(["g6e-2xlarge-1gpu"]);
});

test("only allowed and priced types are on offer", () => {
  let names: readonly string[] = [];
  const spy: Solver = ({ offers }) => {
    names = offers.map(({ name }) => name);
    return { placed: false, reason: "seen" };
  };
  const wide = environmentOf({ bundles: ["finance"], pools: { allow: ["H200"] } });
  refusedWith(() => solveLock(wide, catalogue, undefined, spy));
  expect(names).toEqual(["p5en.48xlarge"]);
});

describe("refused", () => {
  test("an environment with a fault, with all of them", () => {
    const faulty = environmentOf({ bundles: ["finance", "lwa"], pools: { allow: ["L5"] }, budgt: 1 });
    expect(refusedWith(() => solveLock(faulty, catalogue, undefined)).map(({ rule, path }) => [rule, path])).toEqual([
      ["unknown-key", "polymath:budgt"],
      ["unknown-bundle", "polymath:bundles[1]"],
      ["unknown-gpu", "polymath:pools.allow[0]"],
    ]);
  });

  test("an environment that the solver cannot place", () => {
    const tight = environmentOf({
      ...keys,
      bundles: ["finance", "biology"],
      pools: { allow: ["L40S", "A10G"], max: 1 },
    });
    const stuck: Solver = () => ({ placed: false, reason: "no room" });
    expect(refusedWith(() => solveLock(tight, catalogue, undefined, stuck))).toEqual([
      error(
        "no-placement",
        "polymath:pools",
        "no room",
        "at most 1 pools of A10G, L40S",
        "raise polymath:pools.max, allow more GPU kinds, or ask for fewer replicas",
      ),
    ]);
  });
});
