import { afterEach, beforeEach, expect, vi } from "vitest";

const methods = ["log", "info", "warn", "error", "debug"] as const;
let stray: string[] = [];

/** A test that prints is a test that hides something: every console call of the code under test fails the test. */
beforeEach(() => {
  stray = [];
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      stray.push(`console.${method}: ${args.map(String).join(" ")}`);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(stray, "stray console output").toEqual([]);
});
