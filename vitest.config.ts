import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take minutes, the longest first. */
const longest = [
  "kubernetes-plugin/conformance/index",
  "rehearsal/drills",
  "rehearsal/faults",
  "rehearsal/environments",
  "rehearsal/catalogue",
  "rehearsal/ends",
  "rehearsal/local",
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((name) => moduleId.endsWith(`/test/engine/${name}.test.ts`));
  return place === -1 ? longest.length : place;
};

/** A long file that begins last has one core wait for the other. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

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
    sequence: { sequencer: LongestFirst },
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
