import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { loadEnvironment } from "../../../config/load.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import { stacksWith } from "../../support/stacks.ts";
import { refusal } from "../config/support.ts";
import { today } from "../plan/support.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "../../..", name), "utf8");

test.each(["README.md", "CHANGELOG.md"])("%s counts what the catalogue has", (name) => {
  const { specialists, bundles, providers } = catalogue;
  const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const text = read(name);
  expect(text).toContain(`${specialists.size} specialists in ${bundles.size} bundles`);
  expect(text).toContain(` ${words[providers.size]} external providers`);
});

test("the environment of README.md is placed, and lacks nothing but its client's key", () => {
  const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(read("README.md")) ?? [];
  const environment = loadEnvironment(stacksWith({ prod: "config: {}\n", "prod-eu": yaml }), "prod-eu");
  const { lock } = solveLock(environment, catalogue, undefined);
  const { findings } = refusal(() => makePlan({ environment, catalogue, lock, today }));
  expect(findings.map(({ rule, path }) => `${rule} at ${path}`)).toEqual([
    "secret-missing at polymath:secrets.client-web",
  ]);
});
