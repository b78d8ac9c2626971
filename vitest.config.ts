import { defineConfig } from "vitest/config";

/** One project for each depth of test: see "Which test at which depth" in CONTRIBUTING.md. */
const project = (name: string, extra: Record<string, unknown> = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ["test/support/fail-on-console.ts"],
    // Ends what hangs; what is only slow, on a machine with other work, is no fault.
    testTimeout: 60_000,
    ...extra,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("unit"),
      project("components"),
      project("policy"),
      project("golden"),
      // The engine, the API server and Envoy are real here: slow, and two files at a time keep two cores busy.
      project("engine", { testTimeout: 1_200_000, hookTimeout: 1_200_000, maxWorkers: 2 }),
    ],
  },
});
