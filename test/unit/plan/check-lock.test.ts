import { describe, expect, test } from "vitest";
import { checkLock } from "../../../plan/check-lock.ts";
import { allowedKinds, demandOf } from "../../../plan/demands.ts";
import type { Lock } from "../../../plan/lock.ts";
import { select } from "../../../plan/select.ts";
import { error } from "../config/support.ts";
import { catalogue, environmentOf, lockOf } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const keys: Keys = { bundles: ["finance", "law"], pools: { allow: ["L4", "L40S"], max: 2 } };
const sound = lockOf(environmentOf(keys));

function checked(lock: Lock | undefined, changed: Keys = {}) {
  const { name, config } = environmentOf({ ...keys, ...changed });
  const { specialists } = select(config, catalogue);
  const { kinds } = allowedKinds(config, catalogue);
  const demands = specialists.flatMap((one) => demandOf(one, kinds, catalogue).demand ?? []);
  return checkLock(name, lock, specialists, demands, catalogue, config.pools.max);
}
const misfit = (where: string, given: string, allowed: string) =>
  error("lock-misfit", `locks/test.json${where}`, given, allowed, "run: npm run lock -- test");

/** The sound lock with one pool or specialist changed. */
const withPool = (index: number, change: Partial<Lock["pools"][number]>): Lock => ({
  ...sound,
  pools: sound.pools.map((pool, at) => (at === index ? { ...pool, ...change } : pool)),
});
const withSpecialist = (name: string, change: Partial<Lock["specialists"][string]>): Lock => {
  const entry = sound.specialists[name];
  if (!entry) throw new Error(`The lock has no ${name}.`);
  return { ...sound, specialists: { ...sound.specialists, [name]: { ...entry, ...change } } };
};

test("the lock of these tests is what they think it is", () => {
  expect(sound.pools.map(({ name, nodes }) => [name, nodes])).toEqual([
    ["g6-xlarge-1gpu", 1],
    ["g6e-xlarge-1gpu", 1],
  ]);
});

test("a lock that the solver wrote fits", () => {
  expect(checked(sound)).toEqual([]);
});

test("no lock is a finding of its own", () => {
  expect(checked(undefined)).toEqual([
    error("lock-missing", "locks/test.json", "no lock", "a committed lock", "run: npm run lock -- test"),
  ]);
});

test("a lock of another environment", () => {
  expect(checked({ ...sound, environment: "prod" })).toEqual([misfit("#environment", '"prod"', '"test"')]);
});

describe("specialists", () => {
  test("that the environment no longer has, whose pool then stands empty", () => {
    expect(checked(sound, { bundles: ["finance"] })).toEqual([
      misfit(
        "#specialists.saul-7b-instruct",
        "a specialist that the environment no longer has",
        "only selected specialists",
      ),
      misfit("#pools[0].nodes", "1", "0, what its specialists need"),
    ]);
  });

  test("that are new", () => {
    const specialists = { review: { model: "saul-7b-instruct", bundle: "law" } };
    expect(checked(sound, { specialists })).toEqual([
      misfit("#specialists.review", "nothing", "an entry for each selected specialist"),
    ]);
  });

  test("that are new and called like something of JavaScript's own", () => {
    const specialists = { constructor: { model: "saul-7b-instruct", bundle: "law" } };
    expect(checked(sound, { specialists })).toEqual([
      misfit("#specialists.constructor", "nothing", "an entry for each selected specialist"),
    ]);
  });

  test.each([
    [{ model: "saul" }, ".model", "saul", "saul-7b-instruct"],
    [{ image: "vllm/vllm-openai:v0.1.0" }, ".image", "vllm/vllm-openai:v0.1.0", "vllm/vllm-openai:v0.22.0"],
    [{ pool: "gone" }, ".pool", "gone", "a pool of the lock: g6-xlarge-1gpu, g6e-xlarge-1gpu"],
  ])("with another %j", (change, where, given, allowed) => {
    const findings = checked(withSpecialist("saul-7b-instruct", change));
    expect(findings[0]).toEqual(misfit(`#specialists.saul-7b-instruct${where}`, given, allowed));
  });

  test("with a revision that is not the one asked for; an unresolved one may be resolved in the lock", () => {
    const revision = "0123abc";
    const bundles = ["finance", { name: "law", specialists: { "saul-7b-instruct": { revision } } }];
    expect(checked(sound, { bundles })).toEqual([
      misfit("#specialists.saul-7b-instruct.revision", "unresolved", "0123abc"),
    ]);
    expect(checked(withSpecialist("saul-7b-instruct", { revision }), { bundles })).toEqual([]);
    expect(checked(withSpecialist("saul-7b-instruct", { revision }))).toEqual([]);
  });

  test("that need more GPUs than a replica of their pool has; its nodes are then not judged", () => {
    const bundles = [
      "finance",
      { name: "law", specialists: { "saul-7b-instruct": { context: 8_192, concurrency: 8 } } },
    ];
    expect(checked(sound, { bundles })).toEqual([
      misfit("#specialists.saul-7b-instruct.pool", "g6-xlarge-1gpu: it needs 2 GPUs there", "a pool that holds it"),
    ]);
  });

  test("whose GPU is no longer allowed", () => {
    expect(checked(sound, { pools: { allow: ["L40S"], max: 2 } })).toEqual([
      misfit(
        "#specialists.saul-7b-instruct.pool",
        "g6-xlarge-1gpu: it does not fit the L4 as asked",
        "a pool that holds it",
      ),
    ]);
  });
});

describe("pools", () => {
  test("of a type that the catalogue does not know", () => {
    const lock = withPool(0, { instanceType: "g6.tiny", name: "g6-tiny-1gpu" });
    const specialists = { ...sound.specialists };
    const entry = specialists["saul-7b-instruct"];
    if (entry) specialists["saul-7b-instruct"] = { ...entry, pool: "g6-tiny-1gpu" };
    expect(checked({ ...lock, specialists })).toEqual([
      misfit("#pools[0].instanceType", "g6.tiny", "an instance type of the catalogue"),
    ]);
  });

  test("with too few or too many nodes", () => {
    expect(checked(withPool(0, { nodes: 3 }))).toEqual([
      misfit("#pools[0].nodes", "3", "1, what its specialists need"),
    ]);
    const bundles = ["finance", { name: "law", specialists: { "saul-7b-instruct": { replicas: { min: 2, max: 2 } } } }];
    expect(checked(sound, { bundles })).toEqual([misfit("#pools[0].nodes", "1", "2, what its specialists need")]);
  });

  test("whose nodes do not hold their specialists", () => {
    const specialists = { fold: { model: "boltz2", bundle: "law" } };
    const lock = {
      ...sound,
      specialists: {
        ...sound.specialists,
        fold: {
          model: "boltz2",
          pool: "g6e-xlarge-1gpu",
          image: "nvcr.io/nim/mit/boltz2:1.6.0",
          digest: "unresolved",
          revision: "image",
        },
      },
    };
    expect(checked(lock, { specialists })).toEqual([
      misfit("#pools[1].nodes", "1", "specialists whose CPU and memory fit g6e.xlarge"),
    ]);
  });

  test("that nobody runs on", () => {
    const spare = { name: "g5-xlarge-1gpu", instanceType: "g5.xlarge", gpusPerReplica: 1, nodes: 2, usdPerHour: 1 };
    expect(checked({ ...sound, pools: [...sound.pools, spare] }, { pools: { allow: ["L4", "L40S"], max: 3 } })).toEqual(
      [misfit("#pools[2].nodes", "2", "0, what its specialists need")],
    );
  });

  test("with a name that is not their own", () => {
    const lock = withSpecialist("saul-7b-instruct", { pool: "Cheap Nodes" });
    const [cheap, ...rest] = lock.pools;
    if (!cheap) throw new Error("The lock has no pool.");
    expect(checked({ ...lock, pools: [{ ...cheap, name: "Cheap Nodes" }, ...rest] })).toEqual([
      misfit("#pools[0].name", "Cheap Nodes", "g6-xlarge-1gpu"),
    ]);
  });

  test("with a name that another one has", () => {
    const [first] = sound.pools;
    if (!first) throw new Error("The lock has no pool.");
    expect(checked({ ...sound, pools: [...sound.pools, first] }, { pools: { allow: ["L4", "L40S"], max: 3 } })).toEqual(
      [misfit("#pools[2].name", "g6-xlarge-1gpu for a second pool", "each pool once")],
    );
  });

  test("more than are allowed", () => {
    expect(checked(sound, { pools: { allow: ["L4", "L40S"], max: 1 } })).toEqual([
      misfit("#pools", "2 pools", "at most 1, as polymath:pools.max says"),
    ]);
  });
});

test("every misfit is told at once", () => {
  const lock = { ...withSpecialist("fin-r1", { image: "x:1.0", model: "y" }), environment: "prod" };
  const pools = lock.pools.map((pool) => ({ ...pool, nodes: pool.nodes + 1 }));
  expect(checked({ ...lock, pools }).map(({ path }) => path)).toEqual([
    "locks/test.json#environment",
    "locks/test.json#specialists.fin-r1.model",
    "locks/test.json#specialists.fin-r1.image",
    "locks/test.json#pools[0].nodes",
    "locks/test.json#pools[1].nodes",
  ]);
});
