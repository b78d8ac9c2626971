import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { promisesOf, type Loss } from "../../../plan/promises.ts";
import type { Plan, PoolPlan, SpecialistPlan } from "../../../plan/types.ts";
import { planOf } from "./support.ts";

const base = planOf({ bundles: ["finance", "biology"] }, "local");
const [poolShape] = base.pools;
const finR1 = base.specialists.find(({ name }) => name === "fin-r1");
if (!poolShape || !finR1) throw new Error("the plan of the tests has no pool or no fin-r1");

const poolWith = (changes: Partial<PoolPlan>): PoolPlan => ({
  ...poolShape,
  name: "p",
  gpusPerNode: 1,
  gpusPerReplica: 1,
  ...changes,
});
const specialist = (name: string, replicas: number, changes: Partial<SpecialistPlan> = {}): SpecialistPlan => ({
  ...finR1,
  name,
  objectName: name,
  pool: "p",
  replicas,
  store: { name: `${name}-weights`, sizeGiB: 1, accessMode: replicas > 1 ? "ReadWriteMany" : "ReadWriteOnce" },
  ...changes,
});
const planWith = (pool: Partial<PoolPlan>, ...specialists: readonly SpecialistPlan[]): Plan => ({
  ...base,
  pools: [poolWith(pool)],
  specialists,
});
const lose = (nodes: number, others = 0): Loss => ({ kind: "nodes", lost: { p: nodes }, others });

describe("nodes", () => {
  test("one replica on a pool without a spare GPU is lost until the node is back", () => {
    expect(promisesOf(planWith({ nodes: 2 }, specialist("a", 1), specialist("b", 1)), lose(1))).toEqual(
      ["a", "b"].map((name) => ({
        specialist: name,
        kind: "lost",
        mayLose: 1,
        withinSeconds: null,
        spared: "unaffected",
        why: "no spare GPU: p then holds 1 of 2 replicas",
      })),
    );
  });

  test("two replicas on nodes of one slot each keep answering", () => {
    expect(promisesOf(planWith({ nodes: 2 }, specialist("a", 2)), lose(1))).toEqual([
      {
        specialist: "a",
        kind: "keeps-answering",
        mayLose: 1,
        withinSeconds: 10,
        spared: "unaffected",
        why: "at least 1 of 2 replicas is elsewhere: a node of p holds 1",
      },
    ]);
  });

  test("two replicas that fit on one node are promised nothing, though they are spread as a rule", () => {
    expect(promisesOf(planWith({ nodes: 1, gpusPerNode: 4 }, specialist("a", 2)), lose(1))).toEqual([
      {
        specialist: "a",
        kind: "lost",
        mayLose: 2,
        withinSeconds: null,
        spared: "unaffected",
        why: "no spare GPU: p then holds 0 of 2 replicas",
      },
    ]);
  });

  test("more replicas than a node holds keep answering, less what it holds", () => {
    const plan = planWith({ nodes: 3, gpusPerNode: 8, gpusPerReplica: 4 }, specialist("a", 5));
    expect(promisesOf(plan, lose(2))[0]).toMatchObject({
      kind: "keeps-answering",
      mayLose: 4,
      why: "at least 1 of 5 replicas is elsewhere: a node of p holds 2",
    });
    expect(promisesOf(plan, lose(3))[0]).toMatchObject({ kind: "lost", mayLose: 5 });
  });

  test("spare GPUs bring it back within grace, eviction and start-up, unless its volume belongs to the lost node", () => {
    const shared = specialist("a", 1, { store: { name: "w", sizeGiB: 1, accessMode: "ReadWriteMany" } });
    const deadline = finR1.serving.deadlines.progress;
    expect(promisesOf(planWith({ nodes: 3 }, shared, specialist("b", 1)), lose(1))).toEqual([
      {
        specialist: "a",
        kind: "comes-back",
        mayLose: 1,
        withinSeconds: 50 + 300 + deadline,
        spared: "unaffected",
        why: "spare GPUs: what is left of p holds all 2 replicas",
      },
      {
        specialist: "b",
        kind: "lost",
        mayLose: 1,
        withinSeconds: null,
        spared: "unaffected",
        why: "its weights are on a volume of one node (ReadWriteOnce), which stays attached to the node that is lost",
      },
    ]);
  });

  test("a pool that loses none is not touched", () => {
    expect(promisesOf(planWith({ nodes: 1 }, specialist("a", 1)), lose(0))).toEqual([
      {
        specialist: "a",
        kind: "unaffected",
        mayLose: 0,
        withinSeconds: 0,
        spared: "unaffected",
        why: "no node of its pool is lost",
      },
    ]);
  });

  test("a node of gateway and router costs requests that pass the router, and no others", () => {
    const promises = promisesOf(base, { kind: "nodes", lost: {}, others: 1 });
    expect(Object.fromEntries(promises.map(({ specialist: name, kind }) => [name, kind]))).toEqual({
      "fin-r1": "keeps-answering",
      boltz2: "unaffected",
      diffdock: "unaffected",
      proteinmpnn: "unaffected",
    });
    expect(promises[0]?.why).toBe(
      "no node of its pool is lost; another replica of the router names the model of its requests",
    );
  });

  test("where such a node is lost too, who is spared may still lose its router", () => {
    const [promise] = promisesOf(planWith({ nodes: 2 }, specialist("fin-r1", 1), specialist("b", 1)), lose(1, 1));
    expect(promise).toMatchObject({ kind: "lost", spared: "keeps-answering" });
  });

  test("never promises more replicas than the fullest nodes leave", () => {
    const small = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(small, small, small, small, fc.context(), (slots, nodes, replicas, lost, log) => {
        const plan = planWith({ nodes, gpusPerNode: slots }, specialist("a", replicas));
        const [promise] = promisesOf(plan, lose(lost));
        // The worst order of arrival fills one node after the other, and the full ones are lost.
        const onNodes = Array.from({ length: nodes }, (_, node) =>
          Math.max(0, Math.min(slots, replicas - node * slots)),
        );
        const worst = onNodes.slice(0, lost).reduce((sum, count) => sum + count, 0);
        log.log(JSON.stringify({ onNodes, promise }));
        expect(promise?.mayLose).toBe(worst);
        expect(promise?.kind === "keeps-answering").toBe(worst < replicas);
      }),
    );
  });
});

describe("everything else", () => {
  const kinds = (loss: Loss) =>
    Object.fromEntries(promisesOf(base, loss).map(({ specialist: name, kind }) => [name, kind]));
  const all = (kind: string) => Object.fromEntries(base.specialists.map(({ name }) => [name, kind]));

  test("nothing is lost without the device plugin, the API server or the gateway's controller", () => {
    for (const loss of [
      { kind: "plugin" },
      { kind: "api-server" },
      { kind: "gateway", part: "controller" },
    ] as const satisfies Loss[])
      expect(kinds(loss)).toEqual(all("unaffected"));
  });

  test("Envoy is one, and comes back by itself", () => {
    expect(kinds({ kind: "gateway", part: "envoy" })).toEqual(all("comes-back"));
    expect(promisesOf(base, { kind: "gateway", part: "envoy" })[0]).toEqual({
      specialist: "fin-r1",
      kind: "comes-back",
      mayLose: 0,
      withinSeconds: 30,
      spared: "unaffected",
      why: "one Envoy serves all; its container is started again",
    });
  });

  test("the router is on the way of those alone whose model it names", () => {
    expect(kinds({ kind: "gateway", part: "router" })).toEqual({ ...all("unaffected"), "fin-r1": "comes-back" });
  });
});
