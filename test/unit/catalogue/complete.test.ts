import { readdirSync } from "node:fs";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Credential } from "../../../catalogue/credentials.ts";
import { catalogue } from "../../../catalogue/index.ts";
import type {
  Accelerator,
  Bundle,
  Controller,
  InstanceType,
  KeptOut,
  Licence,
  Model,
  Provider,
  Regulation,
  Runtime,
  SpecialistRow,
} from "../../../catalogue/types/index.ts";

/** Keys that a row may leave out. */
type Optional<Row> = { [Key in keyof Row]-?: object extends Pick<Row, Key> ? Key : never }[keyof Row];

// Only the compiler, which is a part of npm test, can fail this one.
test("a row that misses a field does not compile", () => {
  expectTypeOf<Optional<{ id: string; title?: string }>>().toEqualTypeOf<"title">();
  expectTypeOf<Optional<Accelerator>>().toBeNever();
  expectTypeOf<Optional<Bundle>>().toBeNever();
  expectTypeOf<Optional<Controller>>().toBeNever();
  expectTypeOf<Optional<Credential>>().toBeNever();
  expectTypeOf<Optional<InstanceType>>().toBeNever();
  expectTypeOf<Optional<KeptOut>>().toBeNever();
  expectTypeOf<Optional<Licence>>().toBeNever();
  expectTypeOf<Optional<Model>>().toBeNever();
  expectTypeOf<Optional<Provider>>().toBeNever();
  expectTypeOf<Optional<Regulation>>().toBeNever();
  expectTypeOf<Optional<Runtime>>().toBeNever();
  expectTypeOf<Optional<SpecialistRow>>().toBeNever();
});

const filesIn = (folder: string) =>
  readdirSync(new URL(`../../../catalogue/${folder}`, import.meta.url)).map((file) => file.replace(/\.ts$/, ""));

describe("each file holds the row that it is named after", () => {
  const { bundles, controllers, models, providers, runtimes, specialists } = catalogue;
  test.each([
    ["bundles", [...bundles.keys()]],
    ["controllers", Object.keys(controllers)],
    ["models", [...models.keys()]],
    ["providers", [...providers.keys()]],
    ["runtimes", Object.keys(runtimes)],
  ])("%s", (folder, ids) => {
    expect(filesIn(folder).sort()).toEqual(ids.sort());
  });

  test("specialists, those beside their models too", () => {
    const files = new Set([...filesIn("specialists"), ...filesIn("models")]);
    expect(filesIn("specialists").filter((name) => !specialists.has(name))).toEqual([]);
    expect([...specialists.keys()].filter((name) => !files.has(name))).toEqual([]);
  });
});
