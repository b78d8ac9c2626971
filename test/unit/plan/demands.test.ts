import { describe, expect, test } from "vitest";
import { allowedKinds, demandOf, hostResources } from "../../../plan/demands.ts";
import { error } from "../config/support.ts";
import { catalogue, environmentOf, modelWith, selectedOf } from "./support.ts";

const all = Object.values(catalogue.accelerators).map(({ kind }) => kind);

describe("GPU kinds", () => {
  test("are all of the catalogue by default, else those that are named, in the catalogue's order", () => {
    expect(allowedKinds(environmentOf().config, catalogue)).toEqual({ kinds: all, findings: [] });
    expect(allowedKinds(environmentOf({ pools: { allow: ["H100", "L4"] } }).config, catalogue)).toEqual({
      kinds: ["L4", "H100"],
      findings: [],
    });
  });

  test("that the catalogue does not know are refused", () => {
    expect(allowedKinds(environmentOf({ pools: { allow: ["H10", "L4", "MI300X"] } }).config, catalogue)).toEqual({
      kinds: ["L4"],
      findings: [
        error("unknown-gpu", "polymath:pools.allow[0]", '"H10"', all.join(", "), 'did you mean "H100"?'),
        error(
          "unknown-gpu",
          "polymath:pools.allow[2]",
          '"MI300X"',
          all.join(", "),
          `use one of: ${all.toSorted().join(", ")}`,
        ),
      ],
    });
  });
});

describe("host resources", () => {
  test.each([
    ["published ones", "boltz2", 1, { cpuMilli: 12_000, memoryMiB: (64 + 16) * 1_024 }],
    ["defaults for a language model", "fin-r1", 1, { cpuMilli: 2_000, memoryMiB: (8 + 4) * 1_024 }],
    ["defaults for each GPU", "fin-r1", 4, { cpuMilli: 8_000, memoryMiB: (32 + 4) * 1_024 }],
    [
      "the runtime's /dev/shm where the model states none",
      "proteinmpnn",
      1,
      { cpuMilli: 2_000, memoryMiB: 24 * 1_024 },
    ],
  ])("%s", (_what, name, gpus, expected) => {
    expect(hostResources(selectedOf(name), gpus)).toEqual(expected);
  });

  test("are whole MiB", () => {
    const selected = { ...selectedOf("fin-r1"), model: modelWith("fin-r1", { memoryGiB: 0.0001 }) };
    expect(hostResources(selected, 1).memoryMiB).toBe(4_097);
  });
});

describe("a demand", () => {
  test("lists every allowed kind that fits, with what a replica takes there", () => {
    expect(demandOf(selectedOf("fin-r1"), ["T4", "L4", "L40S"], catalogue)).toEqual({
      demand: {
        specialist: "fin-r1",
        replicas: 1,
        on: new Map([
          ["L4", { gpus: 2, cpuMilli: 4_000, memoryMiB: 20_480 }],
          ["L40S", { gpus: 1, cpuMilli: 2_000, memoryMiB: 12_288 }],
        ]),
      },
    });
  });

  test("that no allowed GPU holds is refused, with every reason and the kinds that would do", () => {
    expect(demandOf(selectedOf("nemotron-3-nano-30b-a3b"), ["T4", "L4"], catalogue)).toEqual({
      finding: error(
        "no-gpu-fits",
        "polymath:bundles[4]",
        "nemotron-3-nano-30b-a3b fits none of the allowed GPUs (T4: compute capability 7.5 is below the 8 that bf16 needs; L4: not on the vendor's list (H100, H200, B200, A100-80))",
        "it fits A100-80, H100, H200, B200",
        "add A100-80 to polymath:pools.allow, or ask for less context or concurrency",
      ),
    });
  });

  test("is not made where no allowed GPU is known", () => {
    expect(demandOf(selectedOf("fin-r1"), [], catalogue)).toEqual({});
  });

  test("that no GPU at all holds is refused with what would help", () => {
    const bundles = [{ name: "finance", specialists: { "fin-r1": { context: 32_768, concurrency: 100_000 } } }];
    const { finding } = demandOf(selectedOf("fin-r1", { bundles }), ["H100"], catalogue);
    expect(finding).toEqual(
      error(
        "no-gpu-fits",
        "polymath:bundles[0].specialists.fin-r1",
        "fin-r1 fits none of the allowed GPUs (H100: needs 44634.1 GiB of each GPU at best, 73.6 GiB are usable)",
        "no GPU of the catalogue holds it as asked",
        "ask for less context or concurrency, or leave the specialist out",
      ),
    );
  });
});
