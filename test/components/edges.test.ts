import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { edgesFromEnvironment } from "../../components/edges.ts";

const folder = mkdtempSync(join(tmpdir(), "polymath-edges-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const edges = {
  kubeconfig: "kubeconfig",
  envoyProxy: { name: "rehearsal", namespace: "envoy-gateway-system" },
  zones: [{ zone: "eu-central-1a", region: "eu-central-1" }],
};

test("there are none outside of a rehearsal", () => {
  expect(edgesFromEnvironment({})).toBe(undefined);
});

test("a rehearsal names the file that holds them", () => {
  expect(edgesFromEnvironment({ POLYMATH_REHEARSAL: fileOf("good.json", edges) })).toEqual(edges);
});

test.each([
  { what: "an unknown key", content: { ...edges, nodes: 3 }, message: 'Unrecognized key: \\"nodes\\"' },
  { what: "a missing edge", content: { kubeconfig: "kubeconfig" }, message: '"envoyProxy"' },
  { what: "no zone", content: { ...edges, zones: [] }, message: '"zones"' },
])("a file with $what is refused", ({ what, content, message }) => {
  const file = fileOf(`${what}.json`, content);
  expect(() => edgesFromEnvironment({ POLYMATH_REHEARSAL: file })).toThrow(message);
});
