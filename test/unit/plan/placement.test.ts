import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { AcceleratorKind, InstanceType } from "../../../catalogue/types/index.ts";
import {
  localSearch,
  nodesFor,
  type Demand,
  type PlacedPool,
  type Placement,
  type PlacementProblem,
  type ReplicaResources,
} from "../../../plan/placement.ts";
import { instanceType } from "./support.ts";

const offers = catalogue.instances.filter(({ usdPerHour }) => usdPerHour !== null);
const kinds = Object.values(catalogue.accelerators).map(({ kind }) => kind);

const demand = (
  specialist: string,
  replicas: number,
  kind: AcceleratorKind,
  resources: Partial<ReplicaResources> = {},
): Demand => ({
  specialist,
  replicas,
  on: new Map([[kind, { gpus: 1, cpuMilli: 2_000, memoryMiB: 8_192, ...resources }]]),
});

const problem = (demands: readonly Demand[], changes: Partial<PlacementProblem> = {}): PlacementProblem => ({
  demands,
  offers,
  maxPools: 1_000,
  previous: new Map(),
  ...changes,
});

/** The pools of a placement. @throws Error with the reason when there is none. */
function poolsOf(placement: Placement): readonly PlacedPool[] {
  if (!placement.placed) throw new Error(placement.reason);
  return placement.pools;
}

const costOf = (pools: readonly PlacedPool[]) =>
  pools.reduce((sum, { instanceType: name, nodes }) => sum + nodes * (instanceType(name).usdPerHour ?? 0), 0);

describe("nodes of a pool", () => {
  const quad = instanceType("g6.12xlarge"); // 4 L4, 47810 mCPU, 178933 MiB

  test.each([
    ["replicas share nodes by GPU", quad, 1, [demand("a", 5, "L4")], 2],
    ["replicas of several GPUs", quad, 2, [demand("a", 3, "L4", { gpus: 2 })], 2],
    ["nobody", quad, 1, [], 0],
    ["a GPU count that strands GPUs", instanceType("g7e.12xlarge"), 4, [demand("a", 1, "RTX-PRO-6000")], undefined],
    ["four of the largest just fit", quad, 1, [demand("a", 9, "L4", { cpuMilli: 11_877 })], 3],
    ["four of the largest do not fit by CPU", quad, 1, [demand("a", 4, "L4", { cpuMilli: 11_878 })], undefined],
    ["three of them do", quad, 1, [demand("a", 3, "L4", { cpuMilli: 11_878 })], 1],
    ["nor by memory", quad, 1, [demand("a", 4, "L4", { memoryMiB: 44_606 })], undefined],
    [
      "the largest of all may meet",
      quad,
      1,
      [demand("a", 3, "L4", { memoryMiB: 59_000 }), demand("b", 9, "L4")],
      undefined,
    ],
    ["another GPU kind", quad, 1, [demand("a", 1, "H100")], undefined],
  ])("%s", (_name, type, gpus, demands, expected) => {
    expect(nodesFor(type, gpus, demands)).toBe(expected);
  });
});

describe("by value", () => {
  test("the cheapest type that holds it", () => {
    expect(localSearch(problem([demand("a", 1, "L4", { memoryMiB: 8_192 })]))).toEqual({
      placed: true,
      pools: [{ instanceType: "g6.xlarge", gpusPerReplica: 1, nodes: 1, specialists: ["a"] }],
    });
    expect(poolsOf(localSearch(problem([demand("a", 1, "L4", { memoryMiB: 14_000 })])))[0]?.instanceType).toBe(
      "g6.2xlarge",
    );
  });

  test("specialists on one type share its pool", () => {
    expect(poolsOf(localSearch(problem([demand("b", 2, "L4"), demand("a", 1, "L4")])))).toEqual([
      { instanceType: "g6.xlarge", gpusPerReplica: 1, nodes: 3, specialists: ["a", "b"] },
    ]);
  });

  test("a shared node with several GPUs is taken where it saves money", () => {
    const large = [demand("a", 4, "H100"), demand("b", 4, "H100")];
    expect(poolsOf(localSearch(problem(large)))).toEqual([
      { instanceType: "p5.4xlarge", gpusPerReplica: 1, nodes: 8, specialists: ["a", "b"] },
    ]);
    expect(poolsOf(localSearch(problem([demand("a", 8, "A100-80")])))).toEqual([
      { instanceType: "p4de.24xlarge", gpusPerReplica: 1, nodes: 1, specialists: ["a"] },
    ]);
  });

  test("fewer pools than the cheapest ones are found where the limit asks for it", () => {
    const two = [demand("a", 1, "L4"), demand("b", 1, "L4", { memoryMiB: 20_000 })];
    expect(poolsOf(localSearch(problem(two))).map((pool) => pool.instanceType)).toEqual(["g6.2xlarge", "g6.xlarge"]);
    expect(poolsOf(localSearch(problem(two, { maxPools: 1 })))).toEqual([
      { instanceType: "g6.2xlarge", gpusPerReplica: 1, nodes: 2, specialists: ["a", "b"] },
    ]);
  });

  test("two specialists that do not fit beside each other go to pools of their own", () => {
    const eight = [instanceType("p4de.24xlarge"), instanceType("p5.48xlarge")];
    const resources = { gpus: 1, cpuMilli: 12_000, memoryMiB: 8_192 };
    const on = new Map<AcceleratorKind, ReplicaResources>([
      ["A100-80", resources],
      ["H100", resources],
    ]);
    const both = [
      { specialist: "a", replicas: 7, on },
      { specialist: "b", replicas: 7, on },
    ];
    expect(poolsOf(localSearch(problem(both, { offers: eight }))).map((pool) => pool.specialists)).toEqual(
      [["a"], ["b"]].toReversed(),
    );
  });

  test.each([
    [
      [demand("b", 1, "L4", { memoryMiB: 1e9 }), demand("a", 1, "L4", { gpus: 16 }), demand("c", 1, "L4")],
      6,
      "no instance type on offer holds the replicas of a, b",
    ],
    [
      [demand("a", 1, "L4"), demand("b", 1, "H100")],
      1,
      "the search found no placement with at most 1 pools; it needs 2",
    ],
  ])("what cannot be placed says why: %#", (demands, maxPools, reason) => {
    expect(localSearch(problem(demands, { maxPools }))).toEqual({ placed: false, reason });
  });

  test("no demand needs no pool", () => {
    expect(localSearch(problem([]))).toEqual({ placed: true, pools: [] });
  });

  test("a type without a price is never bought", () => {
    const unpriced = catalogue.instances.filter(({ name }) => name === "p5e.48xlarge");
    expect(localSearch(problem([demand("a", 1, "H200")], { offers: unpriced }))).toEqual({
      placed: false,
      reason: "no instance type on offer holds the replicas of a",
    });
  });
});

/** Demands whose replicas ask for at most so much. */
const demandsUpTo = (cpuMilli: number, memoryMiB: number): fc.Arbitrary<readonly Demand[]> => {
  const resources = fc.record({
    gpus: fc.constantFrom(1, 1, 1, 2, 4, 8),
    cpuMilli: fc.integer({ min: 500, max: cpuMilli }),
    memoryMiB: fc.integer({ min: 1_024, max: memoryMiB }),
  });
  const on = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...kinds), resources), { minLength: 1, selector: ([kind]) => kind })
    .map((entries) => new Map(entries));
  return fc
    .array(fc.record({ replicas: fc.integer({ min: 1, max: 6 }), on }), { minLength: 1, maxLength: 7 })
    .map((rows) => rows.map((row, index) => ({ ...row, specialist: `s${index}` })));
};

const anyDemands = demandsUpTo(20_000, 120_000);
/** An equal share of every type's CPU and memory for each GPU: whatever meets on a node fits. */
const modestDemands = demandsUpTo(11_800, 43_000);

/** Problems that have an answer, with it. */
const answered = (demands: fc.Arbitrary<readonly Demand[]>) =>
  demands
    .map((all) => ({ demands: all, placement: localSearch(problem(all)) }))
    .filter(({ placement }) => placement.placed)
    .map(({ demands: all, placement }) => ({ demands: all, pools: poolsOf(placement) }));
const placed = answered(anyDemands);

const typeOf = (pools: readonly PlacedPool[], specialist: string) =>
  pools.find((pool) => pool.specialists.includes(specialist))?.instanceType;

describe("for any demands", () => {
  test("each is placed exactly once, on a pool of its GPU count", () => {
    fc.assert(
      fc.property(placed, ({ demands, pools }) => {
        expect(pools.flatMap(({ specialists }) => specialists).toSorted()).toEqual(
          demands.map(({ specialist }) => specialist).toSorted(),
        );
        for (const pool of pools) {
          const { accelerator } = instanceType(pool.instanceType);
          const wanted = demands.filter(({ specialist }) => pool.specialists.includes(specialist));
          expect(wanted.map(({ on }) => on.get(accelerator)?.gpus)).toEqual(wanted.map(() => pool.gpusPerReplica));
        }
      }),
    );
  });

  test("every replica finds room in any order of arrival, wherever the scheduler puts those before it", () => {
    fc.assert(
      fc.property(placed, fc.infiniteStream(fc.nat()), ({ demands, pools }, chance) => {
        const draw = (below: number) => Number(chance.next().value) % below;
        for (const pool of pools) {
          const type: InstanceType = instanceType(pool.instanceType);
          const nodes = Array.from({ length: pool.nodes }, () => ({
            gpus: type.gpuCount,
            cpuMilli: type.allocatable.cpuMilli - 300,
            memoryMiB: type.allocatable.memoryMiB - 512,
          }));
          const waiting = demands
            .filter(({ specialist }) => pool.specialists.includes(specialist))
            .flatMap(({ replicas, on }) => Array.from({ length: replicas }, () => on.get(type.accelerator)));
          while (waiting.length > 0) {
            const [replica] = waiting.splice(draw(waiting.length), 1);
            if (!replica) throw new Error("A replica on a GPU kind that it does not fit.");
            const open = nodes.filter(
              (node) =>
                node.gpus >= replica.gpus && node.cpuMilli >= replica.cpuMilli && node.memoryMiB >= replica.memoryMiB,
            );
            expect(open.length, `nodes of ${pool.instanceType} with room`).toBeGreaterThan(0);
            const node = open[draw(open.length)];
            if (!node) continue;
            node.gpus -= replica.gpus;
            node.cpuMilli -= replica.cpuMilli;
            node.memoryMiB -= replica.memoryMiB;
          }
        }
      }),
    );
  });

  test("the order of demands and offers makes no difference", () => {
    const shuffled = placed.chain(({ demands, pools }) =>
      fc.record({
        pools: fc.constant(pools),
        demands: fc.shuffledSubarray([...demands], { minLength: demands.length }),
        offers: fc.shuffledSubarray([...offers], { minLength: offers.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ pools, ...rest }) => {
        expect(poolsOf(localSearch(problem(rest.demands, { offers: rest.offers })))).toEqual(pools);
      }),
    );
  });

  test("what was placed stays, even where another place has become the cheaper one", () => {
    fc.assert(
      fc.property(
        placed,
        fc.infiniteStream(fc.double({ min: 0.1, max: 100, noNaN: true })),
        ({ demands, pools }, price) => {
          const previous = new Map(demands.map(({ specialist }) => [specialist, typeOf(pools, specialist) ?? ""]));
          const other = offers.map((type) => ({ ...type, usdPerHour: Number(price.next().value) }));
          expect(poolsOf(localSearch(problem(demands, { offers: other, previous })))).toEqual(pools);
        },
      ),
    );
  });

  test("a new specialist moves none of the others, as long as one type is free of them", () => {
    fc.assert(
      fc.property(placed, anyDemands, ({ demands, pools }, [other]) => {
        if (!other) return;
        const previous = new Map(demands.map(({ specialist }) => [specialist, typeOf(pools, specialist) ?? ""]));
        const added = { ...other, specialist: "new" };
        const free = offers.filter(({ name }) => !pools.some((pool) => pool.instanceType === name));
        fc.pre(localSearch(problem([added], { offers: free })).placed);
        const after = poolsOf(localSearch(problem([added, ...demands], { previous })));
        expect(new Map(demands.map(({ specialist }) => [specialist, typeOf(after, specialist)]))).toEqual(previous);
      }),
    );
  });

  test("it never costs more than nodes of each specialist's own, where sharing a node is possible", () => {
    fc.assert(
      fc.property(answered(modestDemands), ({ demands, pools }) => {
        const alone = demands.map((one) => costOf(poolsOf(localSearch(problem([one])))));
        expect(costOf(pools)).toBeLessThanOrEqual(alone.reduce((sum, cost) => sum + cost, 0) + 1e-6);
      }),
    );
  });

  test("the limit of pools is kept, or there is no placement", () => {
    fc.assert(
      fc.property(anyDemands, fc.integer({ min: 1, max: 3 }), (demands, maxPools) => {
        const placement = localSearch(problem(demands, { maxPools }));
        if (placement.placed) expect(placement.pools.length).toBeLessThanOrEqual(maxPools);
        else expect(placement.reason).not.toBe("");
      }),
    );
  });
});
