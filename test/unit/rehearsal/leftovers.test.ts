import { expect, test } from "vitest";
import { objectsIn } from "../../../rehearsal/leftovers.ts";

const resource = (outputs: unknown, custom: boolean | undefined = true) => ({
  urn: "urn:pulumi:a",
  type: "t",
  custom,
  outputs,
});
const stateWith = (resources: unknown) => JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });

test("of a state the Kubernetes objects are taken, cluster-wide ones too", () => {
  const state = stateWith([
    resource({}, undefined),
    resource({ kubeconfig: "a" }),
    resource({ apiVersion: "v1", kind: "Namespace", metadata: { name: "polymath-local-law", labels: {} } }),
    resource({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "fin-r1", namespace: "polymath-local-finance" },
    }),
  ]);
  expect(objectsIn(state)).toEqual([
    { apiVersion: "v1", kind: "Namespace", namespace: undefined, name: "polymath-local-law" },
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "polymath-local-finance", name: "fin-r1" },
  ]);
});

test.each([
  [
    "a component that has such outputs",
    resource({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } }, false),
  ],
  ["a resource without outputs", { urn: "urn:pulumi:a", type: "t", custom: true }],
  ["a resource without metadata", resource({ apiVersion: "v1", kind: "Status" })],
  ["a resource without a kind", resource({ apiVersion: "v1", metadata: { name: "a" } })],
])("%s is no object", (_what, one) => {
  expect(objectsIn(stateWith([one]))).toEqual([]);
});

test("a state without resources has no objects", () => {
  expect(objectsIn(JSON.stringify({ version: 3, deployment: {} }))).toEqual([]);
});

test.each(["", "{}", stateWith([{ type: 3 }])])("what is no state is not taken for an empty one: %j", (text) => {
  expect(() => objectsIn(text)).toThrow();
});
