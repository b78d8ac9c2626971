import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apiServerBehaviour } from "../../../../rehearsal/control-plane/start.ts";

const source = readFileSync(
  join(import.meta.dirname, "..", "..", "..", "..", "rehearsal", "control-plane", "start.ts"),
  "utf8",
);

test("admission is what Kubernetes makes it: Pod Security, quotas and validation stay on, and rights are checked", () => {
  expect(source).not.toMatch(/admission-plugins|admission-control|feature-gates|AlwaysAllow|runtime-config/);
  expect(apiServerBehaviour(1)[0]).toBe("--authorization-mode=RBAC");
});

test.each([
  [1, 300],
  [0.1, 30],
  // Not one second less: none would mean never.
  [0.001, 1],
])("at a time scale of %d pods stay %d s on a node that cannot be reached", (timeScale, seconds) => {
  expect(apiServerBehaviour(timeScale).slice(1)).toEqual([
    `--default-not-ready-toleration-seconds=${seconds}`,
    `--default-unreachable-toleration-seconds=${seconds}`,
  ]);
});
