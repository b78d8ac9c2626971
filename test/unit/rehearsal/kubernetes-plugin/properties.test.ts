import { expect, test } from "vitest";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { decode, encode, hasUnknown, unknownValue } from "../../../../rehearsal/kubernetes-plugin/properties.ts";
import { hideSecrets, secretInputs, secretOutputs } from "../../../../rehearsal/kubernetes-plugin/secrets.ts";

const key = "4dabf18193072939515e22adb298388d";
const secret = (value: JavaScriptValue) => ({ [key]: "1b47061264138c4ac30d75fd1eb44270", value });

test("secret marks come off with their paths and go on again", () => {
  const wire = { spec: secret({ inner: secret("a"), plain: 1 }), list: [1, secret("b")] };
  const decoded = decode(structpb.Struct.fromJavaScript(wire));
  expect(decoded.value).toEqual({ spec: { inner: "a", plain: 1 }, list: [1, "b"] });
  expect(new Set(decoded.secrets)).toEqual(new Set([["spec"], ["spec", "inner"], ["list", 1]]));
  // The outer mark covers the inner one.
  expect(encode(decoded.value, decoded.secrets).toJavaScript()).toEqual({
    spec: secret({ inner: "a", plain: 1 }),
    list: [1, secret("b")],
  });
});

test("undefined values and secret paths that do not exist are left out", () => {
  expect(encode({ a: undefined, b: null }, [["x", "y"]]).toJavaScript()).toEqual({ b: null });
});

test("unknown values are found at any depth", () => {
  expect(hasUnknown({ a: [{ b: unknownValue }] })).toBe(true);
  expect(hasUnknown({ a: [{ b: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2" }] })).toBe(true);
  expect(hasUnknown({ a: [{ b: "known" }] })).toBe(false);
});

test("keys come in the SDK's spelling and are read in the API server's", () => {
  const wire = { schema: { x_kubernetes_list_map_keys: ["a"], a_b: secret({ x_kubernetes_int_or_string: true }) } };
  expect(decode(structpb.Struct.fromJavaScript(wire))).toEqual({
    value: { schema: { "x-kubernetes-list-map-keys": ["a"], a_b: { "x-kubernetes-int-or-string": true } } },
    secrets: [["schema", "a_b"]],
  });
});

test("a secret inside a list makes the whole list secret in the outputs, and in the inputs that are kept there", () => {
  const object = { apiVersion: "apps/v1", kind: "Deployment" };
  expect(
    secretOutputs(object, [
      ["spec", "containers", 0, "env", 1, "value"],
      ["metadata", "name"],
    ]),
  ).toEqual([
    ["spec", "containers"],
    ["metadata", "name"],
    ["__inputs", "spec", "containers"],
    ["__inputs", "metadata", "name"],
  ]);
});

test("a Secret's data is secret whether it was marked or not, and so is kubectl's copy of it", () => {
  const object = { apiVersion: "v1", kind: "Secret" };
  const copy = ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"];
  expect(secretInputs(object, [])).toEqual([["data"], ["stringData"], copy]);
  expect(secretOutputs(object, [])).toEqual([
    ["data"],
    ["stringData"],
    copy,
    ["__inputs", "data"],
    ["__inputs", "stringData"],
    ["__inputs", ...copy],
  ]);
  expect(secretInputs({ apiVersion: "example.io/v1", kind: "Secret" }, [])).toEqual([]);
});

test("a message repeats no secret, in clear or in base 64, and says what else it says", () => {
  const inputs = { apiVersion: "v1", kind: "ConfigMap", data: { a: "clear-word", open: "open-word", b: "ab" } };
  const secrets = [
    ["data", "a"],
    ["data", "b"],
  ];
  expect(hideSecrets('data: "clear-word" (Y2xlYXItd29yZA==) and "open-word", about', inputs, secrets)).toBe(
    'data: "[secret]" ([secret]) and "open-word", about',
  );
  expect(hideSecrets("clear-word", inputs, [])).toBe("clear-word");
  // Of two secrets, one within the other, nothing is left over.
  expect(hideSecrets("long-clear-word", { a: "clear", b: "long-clear-word" }, [["a"], ["b"]])).toBe("[secret]");
});

test("a program's null is a field left out, secret or not; in a list it stays, so that no item changes its place", () => {
  const wire = { name: null, spec: { limits: null, hidden: secret(null), args: [null, "a"] } };
  expect(decode(structpb.Struct.fromJavaScript(wire)).value).toEqual({ spec: { args: [null, "a"] } });
});

test("a secret is hidden as the API server quotes it, too", () => {
  const inputs = { kind: "ConfigMap", data: { a: 'two "quoted"\nlines' } };
  expect(hideSecrets('Invalid value: "two \\"quoted\\"\\nlines": too long', inputs, [["data", "a"]])).toBe(
    'Invalid value: "[secret]": too long',
  );
});
