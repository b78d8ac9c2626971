import { expect, test } from "vitest";
import { componentProgram, mixture, objectProgram } from "../../../bench/object-programs.ts";

test("the kinds come in turn, each object under a name of its own", () => {
  const objects = mixture(7, "bench");
  expect(objects.map(({ manifest }) => `${String(manifest["kind"])} ${manifest.metadata.name}`)).toEqual([
    "ConfigMap bench-0",
    "Deployment bench-1",
    "Service bench-2",
    "ServiceAccount bench-3",
    "NetworkPolicy bench-4",
    "ConfigMap bench-5",
    "Deployment bench-6",
  ]);
});

test("a program declares exactly what kubectl gets", () => {
  const [object] = mixture(1, "bench");
  expect(objectProgram(mixture(1, "bench")).split("\n").at(-2)).toBe(
    `new kubernetes.core.v1.ConfigMap("bench-0", ${JSON.stringify(object?.manifest)}, { provider });`,
  );
});

test("as many components as objects", () => {
  expect(componentProgram(20)).toContain("index < 20;");
});
