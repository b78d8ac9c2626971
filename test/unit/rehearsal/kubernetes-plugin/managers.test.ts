import { expect, test } from "vitest";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";
import {
  arePredecessors,
  isOthers,
  takeOver,
  withoutPredecessors,
} from "../../../../rehearsal/kubernetes-plugin/managers.ts";
import { update } from "../../../../rehearsal/kubernetes-plugin/lifecycle.ts";
import { type Asked, configMap, fakeApiServer, found, inTurn, refused, session } from "./fake-api-server.ts";

const spec = (...names: string[]) => ({ "f:spec": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });
const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  apiVersion: "apps/v1",
  fieldsV1,
  ...more,
});
const objectOf = (...managedFields: object[]): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", resourceVersion: "7", managedFields: managedFields.map((one) => ({ ...one })) },
});

test("what kubectl and Pulumi's own creations own becomes the manager's; everybody else's stays", () => {
  const own = entry("me", "Apply", spec("replicas"));
  const created = entry("pulumi-kubernetes-12345678", "Update", spec("replicas", "paused"));
  const edited = entry("kubectl-edit", "Update", { "f:metadata": { "f:labels": { "f:a": {} } } });
  const scaled = entry("kubectl", "Update", spec("replicas"), { subresource: "scale" });
  const theirs = entry("someone", "Update", spec("minReadySeconds"));
  expect(withoutPredecessors(objectOf(created, theirs, own, scaled, edited), "me")).toEqual([
    theirs,
    scaled,
    { ...own, fieldsV1: { ...spec("replicas", "paused"), "f:metadata": { "f:labels": { "f:a": {} } } } },
  ]);
  expect(withoutPredecessors(objectOf(created), "me")).toEqual([{ ...created, manager: "me", operation: "Apply" }]);
});

test("there is nothing to take over from others, nor from an apply of another resource", () => {
  const others = [entry("someone", "Update", spec("a")), entry("pulumi-kubernetes-12345678", "Apply", spec("b"))];
  expect(withoutPredecessors(objectOf(...others), "me")).toBeUndefined();
  expect(withoutPredecessors({ apiVersion: "", kind: "", metadata: {} }, "me")).toBeUndefined();
  // The manager's own entry is no predecessor, whatever it is called.
  expect(withoutPredecessors(objectOf(entry("kubectl", "Apply", spec("a"))), "kubectl")).toBeUndefined();
});

test("an object that changes meanwhile is looked at again before its managers are changed", async () => {
  const object = (resourceVersion: string) =>
    configMap({ resourceVersion, managedFields: [{ manager: "kubectl-edit", operation: "Update", fieldsV1: {} }] });
  const changes = refused(422, "Invalid", "the test of the patch failed");
  const left = [changes, found(object("9"))];
  const asked: string[] = [];
  const client = await fakeApiServer((method) => {
    asked.push(method);
    return method === "GET" ? found(object("8")) : left.shift();
  });
  const path = "/api/v1/namespaces/default/configmaps/x";
  expect(await takeOver(client, path, object("7"), "me", new AbortController().signal)).toEqual(object("9"));
  expect(asked).toEqual(["PATCH", "GET", "PATCH"]);
});

test("a conflict will vanish only where every manager in it is a predecessor", () => {
  const object = objectOf(entry("kubectl-edit", "Update", spec("a")), entry("someone", "Update", spec("b")));
  expect(arePredecessors(object, ["kubectl-edit"])).toBe(true);
  expect(arePredecessors(object, ["kubectl-edit", "someone"])).toBe(false);
});

test("a field is others' where they own it, or something below it, and the manager does not", () => {
  const object = objectOf(entry("someone", "Update", spec("replicas")), entry("me", "Apply", spec("paused")));
  expect(isOthers(object, "me", ["spec", "replicas"])).toBe(true);
  expect(isOthers(object, "me", ["spec", "paused"])).toBe(false);
  expect(isOthers(object, "me", ["spec"])).toBe(false);
  expect(isOthers(object, "me", ["spec", "nobody"])).toBe(false);
});

test("an ignored field that was a predecessor's is applied as it is: once taken over, it would go with the apply", async () => {
  const asked: Asked[] = [];
  const edited = (managedFields: object[]) =>
    found({
      ...configMap({ resourceVersion: "7", managedFields: managedFields.map((one) => ({ ...one })) }),
      data: { a: "edited" },
    });
  const fields = { "f:data": { "f:a": {} } };
  const before = edited([entry("kubectl-edit", "Update", fields)]);
  const after = edited([entry("me", "Apply", fields)]);
  const client = await fakeApiServer(inTurn({ GET: [before], PATCH: [after, after] }), {}, asked);
  const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: "1", b: "2" } };
  const old = { ...configMap(), __fieldManager: "me" };
  await update(session(client), { urn: "urn", inputs, old, ignored: ["data.a"], timeout: 5, isPatch: false });
  expect(asked.map(({ method }) => method)).toEqual(["GET", "PATCH", "PATCH"]);
  expect(asked[2]?.body).toMatchObject({ data: { a: "edited", b: "2" } });
});
