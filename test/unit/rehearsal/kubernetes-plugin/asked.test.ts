import fc from "fast-check";
import { expect, test } from "vitest";
import { KubeClient, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import { askedFor } from "../../../../rehearsal/kubernetes-plugin/wait/asked.ts";
import { parseJsonPath, select } from "../../../../rehearsal/kubernetes-plugin/wait/json-path.ts";

const unused = new KubeClient(
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "c",
  }),
);

const object: KubeObject = {
  apiVersion: "example.io/v1",
  kind: "Part",
  metadata: { name: "part", generation: 2, annotations: { "a.b/c": "dotted" } },
  spec: {
    list: [
      { name: "one", port: 1 },
      { name: "two", port: 2, on: true },
    ],
  },
  status: {
    phase: "Running",
    conditions: [
      { type: "Ready", status: "False", reason: "Starting", message: "not yet" },
      { type: "Synced", status: "True" },
      { type: "Stale", status: "True", observedGeneration: 1 },
    ],
  },
};

test.each([
  [".status.phase", ["Running"]],
  ["$.status.phase", ["Running"]],
  [".metadata.annotations['a.b/c']", ["dotted"]],
  ['.metadata.annotations["a.b/c"]', ["dotted"]],
  [".spec.list[0].name", ["one"]],
  [".spec.list[-1].name", ["two"]],
  [".spec.list[*].name", ["one", "two"]],
  ['.status.conditions[?(@.type=="Ready")].status', ["False"]],
  ["$.status.conditions[?@.type == 'Ready'].status", ["False"]],
  [".spec.list[?(@.port!=1)].name", ["two"]],
  [".spec.list[?(@.on==true)].name", ["two"]],
  [".spec.list[?(@.on)].name", ["two"]],
  [".spec.missing[0].name", []],
  [".spec.list[5]", []],
])("%s selects %j", (path, found) => {
  expect(select(object, parseJsonPath(path))).toEqual(found);
});

test("any key can be reached in quotes", () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const path = parseJsonPath(`["${key.replaceAll(/[\\"]/g, "\\$&")}"]`);
      expect(select({ [key]: 1 }, path)).toEqual(Object.hasOwn({ [key]: 1 }, key) ? [1] : []);
    }),
  );
});

test.each([
  ["condition=Synced", { state: "ready" }],
  ["condition=ready=false", { state: "ready" }],
  ["condition=Ready", { state: "waiting", message: "its condition Ready is False, not True (Starting: not yet)" }],
  ["condition=Other", { state: "waiting", message: "it has no condition Other yet" }],
  ["condition=Stale", { state: "waiting", message: "its condition Stale is of an older generation" }],
  ["jsonpath={.status.phase}", { state: "ready" }],
  ["jsonpath={.status.phase}=Running", { state: "ready" }],
  ["jsonpath={.status.phase}=Done", { state: "waiting", message: "{.status.phase} is Running, not Done" }],
  ["jsonpath={.spec.list[0].port}=1", { state: "ready" }],
  ["jsonpath={.status.url}", { state: "waiting", message: "{.status.url} is not there yet" }],
  ['["condition=Synced", "jsonpath={.status.phase}=Running"]', { state: "ready" }],
  ['["condition=Synced", "jsonpath={.status.url}"]', { state: "waiting", message: "{.status.url} is not there yet" }],
])("%s", async (annotation, verdict) => {
  expect(await askedFor(annotation).judge(object, unused)).toEqual(verdict);
});

const head = "The annotation pulumi.com/waitFor cannot be read: ";
test.each([
  ["Ready", `"Ready" is not understood; write condition=Type, condition=Type=Status or jsonpath={.path}=value.`],
  ["[]", `"[]" is not a JSON list of at least one text.`],
  ["jsonpath=.a", `"jsonpath=.a" is not understood; write jsonpath={.path} or jsonpath={.path}=value.`],
  ["jsonpath={.a}=", `"jsonpath={.a}=" is not understood; write jsonpath={.path} or jsonpath={.path}=value.`],
  [
    "jsonpath={.a..b}",
    `"..b" is not understood; a path has steps like .name, ["name"], [0], [*] and [?(@.name=="value")].`,
  ],
])("%s cannot be read", (annotation, sentence) => {
  expect(() => askedFor(annotation)).toThrow(new Error(head + sentence));
});
