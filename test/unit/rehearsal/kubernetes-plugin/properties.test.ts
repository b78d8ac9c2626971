import { expect, test } from "vitest";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { decode, encode, hasUnknown, unknownValue } from "../../../../rehearsal/kubernetes-plugin/properties.ts";
import { secretInputs, secretOutputs } from "../../../../rehearsal/kubernetes-plugin/secrets.ts";

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

test("a secret inside a list makes the whole list secret in the outputs", () => {
  const object = { apiVersion: "apps/v1", kind: "Deployment" };
  expect(
    secretOutputs(object, [
      ["spec", "containers", 0, "env", 1, "value"],
      ["metadata", "name"],
    ]),
  ).toEqual([
    ["spec", "containers"],
    ["metadata", "name"],
  ]);
});

test("a Secret's data is secret whether it was marked or not", () => {
  const object = { apiVersion: "v1", kind: "Secret" };
  expect(secretInputs(object, [])).toEqual([["data"], ["stringData"]]);
  expect(secretOutputs(object, [])).toEqual([["data"], ["stringData"]]);
  expect(secretInputs({ apiVersion: "example.io/v1", kind: "Secret" }, [])).toEqual([]);
});
