import { afterEach, expect, test, vi } from "vitest";
import { namedPlugin, pluginUnderTest } from "../../support/program.ts";

afterEach(() => vi.unstubAllEnvs());

test("the plugin under test is the stand-in, unless a variable names another executable", () => {
  vi.stubEnv("POLYMATH_KUBERNETES_PLUGIN", "");
  expect(namedPlugin("POLYMATH_KUBERNETES_PLUGIN")).toBeUndefined();
  expect(pluginUnderTest()).toMatch(/\/rehearsal\/kubernetes-plugin\/run$/);
  vi.stubEnv("POLYMATH_KUBERNETES_PLUGIN", process.execPath);
  expect(pluginUnderTest()).toBe(process.execPath);
});

test.each(["/nowhere/plugin", import.meta.dirname, import.meta.filename])(
  "a path that cannot be run is refused: %s",
  (path) => {
    vi.stubEnv("POLYMATH_OTHER_KUBERNETES_PLUGIN", path);
    expect(() => namedPlugin("POLYMATH_OTHER_KUBERNETES_PLUGIN")).toThrow(
      `POLYMATH_OTHER_KUBERNETES_PLUGIN is ${JSON.stringify(path)}, which is not an executable file. ` +
        `Set it to the path of a pulumi-resource-kubernetes, or unset it.`,
    );
  },
);
