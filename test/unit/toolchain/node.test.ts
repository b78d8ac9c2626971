import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requireNode } from "../../../toolchain/node.ts";

test("a Node that is too old is told what to do", () => {
  expect(() => requireNode("v20.20.2")).toThrow(
    'Node 20.20.2 found; Polymath needs Node 22.19, 23.8 or later. Run it through "npm run ...", which takes the Node that "npm ci" installs, or install one of these: https://nodejs.org',
  );
  expect(() => requireNode("22.18.9")).toThrow("Node 22.18.9 found;");
  expect(() => requireNode("v23.5.0")).toThrow("Node 23.5.0 found;");
});

test("the oldest supported Node and later ones pass", () => {
  for (const version of ["v22.19.0", "v22.20.1", "v23.8.0", "v24.0.0"])
    expect(() => requireNode(version)).not.toThrow();
});

test("package.json states the same bound", async () => {
  const text = await readFile(join(import.meta.dirname, "../../../package.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ engines: { node: ">=22.19" } });
});
