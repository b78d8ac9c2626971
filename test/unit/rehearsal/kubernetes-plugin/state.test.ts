import { expect, test } from "vitest";
import { managerOf, notesFor, smallerStates, stateOf } from "../../../../rehearsal/kubernetes-plugin/state.ts";

const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } };
const annotated = (manager: string) => ({
  ...inputs,
  metadata: { name: "x", annotations: { "pulumi.com/patchFieldManager": manager } },
});

test("a new object gets a field manager of its own", () => {
  const { fieldManager, initialApiVersion } = notesFor(inputs, {});
  expect(fieldManager).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(notesFor(inputs, {}).fieldManager).not.toBe(fieldManager);
  expect(initialApiVersion).toBe("v1");
});

test("the state's notes count after the annotation; a state without them is of this plugin's first version", () => {
  const state = { ...inputs, __fieldManager: "pulumi-kubernetes-00000000", __initialApiVersion: "v1beta1" };
  expect(notesFor(inputs, state)).toEqual({
    fieldManager: "pulumi-kubernetes-00000000",
    initialApiVersion: "v1beta1",
  });
  expect(notesFor(annotated("mine"), state).fieldManager).toBe("mine");
  expect(notesFor(annotated("mine"), {}).fieldManager).toBe("mine");
  expect(managerOf(state)).toBe("pulumi-kubernetes-00000000");
  expect(notesFor(inputs, inputs)).toEqual({ fieldManager: "pulumi-kubernetes", initialApiVersion: "v1" });
});

test("a state holds the object in the SDK's spelling, its inputs and its notes, under the official plugin's keys", () => {
  const notes = { fieldManager: "m", initialApiVersion: "v1" };
  const outputs = { ...inputs, spec: [{ "x-kubernetes-int-or-string": true, a_b: 1 }] };
  expect(stateOf(outputs, { ...inputs, "x-kubernetes-list-type": "map" }, notes)).toEqual({
    ...inputs,
    spec: [{ x_kubernetes_int_or_string: true, a_b: 1 }],
    __inputs: { ...inputs, x_kubernetes_list_type: "map" },
    __initialApiVersion: "v1",
    __fieldManager: "m",
  });
});

test("a smaller state still says which object it is, and whose", () => {
  const state = stateOf({ ...inputs, data: { a: "1" } }, inputs, { fieldManager: "m", initialApiVersion: "v1" });
  const notes = { __initialApiVersion: "v1", __fieldManager: "m" };
  expect(smallerStates(state)).toEqual([
    { ...inputs, data: { a: "1" }, ...notes },
    { ...inputs, ...notes },
  ]);
});
