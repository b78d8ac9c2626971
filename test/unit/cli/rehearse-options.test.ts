import { expect, test } from "vitest";
import { checkDrills, parseOptions, usage } from "../../../cli/rehearse-options.ts";
import { planOf } from "../plan/support.ts";

test.each([
  ["local is the default, and it stays up", [], { environment: "local", once: false, keep: false, json: false }],
  ["--json asks for an end", ["prod", "--json"], { environment: "prod", once: true, keep: false, json: true }],
  ["unless --keep asks for none", ["--json", "--keep"], { once: false, keep: true, json: true }],
  ["time runs a thousand times as fast", [], { timeScale: 0.001 }],
  ["unless it is told otherwise", ["--time-scale", "0.25"], { timeScale: 0.25 }],
  ["a start-up can be slow", ["--fault", "slow-start=boltz2"], { faults: [{ kind: "slow-start", target: "boltz2" }] }],
  [
    "a drill asks for an end too",
    ["--drill", "node", "--drill", "gateway=router"],
    { once: true, drills: [{ kind: "node" }, { kind: "gateway", target: "router" }] },
  ],
  ["unless --keep asks for none there", ["--drill", "plugin", "--keep"], { once: false, drills: [{ kind: "plugin" }] }],
  ["--quiet changes nothing else", ["--quiet"], { once: false, quiet: true, json: false }],
])("%s", (_what, argv, expected) => {
  expect(parseOptions(argv)).toMatchObject(expected);
});

test("whoever asks for help is given nothing to run", () => {
  expect(parseOptions(["prod", "--help", "--once"])).toBeUndefined();
});

test.each([
  [["--once", "--keep"], "--once takes everything down, --keep keeps it up: give one of them."],
  [["a", "b"], "One environment at a time; given: a, b."],
  [["--patience", "0"], '--patience takes a number of seconds above 0; given: "0".'],
  [["--time-scale", "0"], '--time-scale takes a number above 0, at most 1; given: "0".'],
  [["--time-scale", "fast"], '--time-scale takes a number above 0, at most 1; given: "fast".'],
  [
    ["--drill", "flood"],
    '"flood" is no drill; use one of: node[=NODE or POOL], zone[=ZONE], gateway[=envoy|router|controller], plugin, api-server',
  ],
  [["--fault", "flood"], `"flood" is no fault.\n${usage}`],
])("%j is refused", (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(message);
});

test("a drill whose target will not be there is refused before anything starts", () => {
  const plan = planOf({ bundles: ["law"] }, "local");
  const check = (kind: "node" | "zone", target?: string) => () =>
    checkDrills([{ kind, ...(target !== undefined && { target }) }, { kind: "plugin" }], plan);
  for (const target of [undefined, "g6-xlarge-1gpu", "g6-xlarge-1gpu-0", "system-2"])
    expect(check("node", target)).not.toThrow();
  for (const target of [undefined, "us-east-1c"]) expect(check("zone", target)).not.toThrow();
  expect(check("node", "g6-xlarge-1gpu-1")).toThrow(
    '--drill node: the environment has no "g6-xlarge-1gpu-1"; did you mean "g6-xlarge-1gpu-0"?',
  );
  expect(check("zone", "mars")).toThrow(
    '--drill zone: the environment has no "mars"; use one of: us-east-1a, us-east-1b, us-east-1c',
  );
});
