import { expect, test } from "vitest";
import { endingOf, reasonsIn } from "../../../rehearsal/engine-words.ts";

test("of a failed run only diagnostics and policies are repeated", () => {
  const output = `Previewing update (local):
 +  pulumi:pulumi:Stack polymath-local create
    pulumi:pulumi:Stack polymath-local  1 error

Diagnostics:
  kubernetes:core/v1:Node (pool-0):
    error: transport is closing

Policies:
    ❌ polymath@v0.1.0
        - [mandatory]  no-host-path

Outputs:
    specialists: [
        [0]: "fin-r1"
    ]

Resources:
    + 49 to create
    1 errored
`;
  expect(reasonsIn(output)).toBe(
    `Diagnostics:
  kubernetes:core/v1:Node (pool-0):
    error: transport is closing
Policies:
    ❌ polymath@v0.1.0
        - [mandatory]  no-host-path`,
  );
});

test("of a run that was cut short the end of all it said is repeated", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  expect(reasonsIn(lines.join("\n")).split("\n")).toEqual(lines.slice(40));
});

test("an end is an exit code or a signal", () => {
  expect(endingOf({ code: 255, signal: null })).toBe("exit code 255");
  expect(endingOf({ code: null, signal: "SIGKILL" })).toBe("SIGKILL");
});
