import { expect, test } from "vitest";
import { remove } from "../../../../rehearsal/kubernetes-plugin/remove.ts";
import {
  type Answer,
  type Asked,
  configMap,
  fakeApiServer,
  found,
  inTurn,
  refused,
  removal,
} from "./fake-api-server.ts";

const identity = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "x" };
const notFound = refused(404, "NotFound", 'configmaps "x" not found');
const annotated = (annotations: object) => ({ metadata: { annotations } });

const deleteBody = async (state: object) => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(inTurn({ GET: [found(configMap()), notFound], DELETE: [found({})] }), {}, asked);
  await remove(client, identity, { ...state }, removal(60));
  return asked[1]?.body;
};

test.each([
  [undefined, "Foreground"],
  ["background", "Background"],
  ["Orphan", "Orphan"],
  ["foreground", "Foreground"],
])("the annotation %s means %s; only this object is deleted", async (policy, propagationPolicy) => {
  const annotations = policy === undefined ? {} : { "pulumi.com/deletionPropagationPolicy": policy };
  expect(await deleteBody(annotated(annotations))).toEqual({
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
    preconditions: { uid: "1" },
  });
});

test("an object that has come in its place is left alone, and so is one that is gone", async () => {
  const conflict = refused(409, "Conflict", "the UID in the precondition does not match");
  const other = found(configMap({ uid: "2" }));
  for (const answers of [
    { GET: [found(configMap()), other], DELETE: [conflict] },
    { GET: [found(configMap()), notFound], DELETE: [notFound] },
    { GET: [notFound] },
  ] satisfies Record<string, Answer[]>[]) {
    const client = await fakeApiServer(inTurn(answers));
    await expect(remove(client, identity, {}, removal(60))).resolves.toBeUndefined();
  }
});

test("without its kind there can be no object", async () => {
  const client = await fakeApiServer(() => notFound);
  const gone = { apiVersion: "example.io/v1", kind: "Part", namespace: "default", name: "x" };
  await expect(remove(client, gone, {}, removal(60))).resolves.toBeUndefined();
});

test("skipAwait does not wait for kinds whose readiness is waited for; a ConfigMap is waited for all the same", async () => {
  const skipped = annotated({ "pulumi.com/skipAwait": "true" });
  const deployment = { ...identity, apiVersion: "apps/v1", kind: "Deployment" };
  const told: string[] = [];
  const client = await fakeApiServer(() => found(configMap({ finalizers: ["foregroundDeletion"] })));
  await remove(client, deployment, skipped, removal(0.1, told));
  expect(told).toEqual([]);
  await expect(remove(client, identity, skipped, removal(0.1, told))).rejects.toThrow("is still there 0.1 s");
});

test("a namespace that Kubernetes keeps stays, without what the stack set on it", async () => {
  const namespace = { apiVersion: "v1", kind: "Namespace", namespace: undefined, name: "kube-system" };
  const message = 'namespaces "kube-system" is forbidden: this namespace may not be deleted';
  const asked: Asked[] = [];
  const told: string[] = [];
  const answer = inTurn({
    GET: [found(configMap())],
    DELETE: [refused(403, "Forbidden", message)],
    PATCH: [found(configMap())],
  });
  await remove(await fakeApiServer(answer, {}, asked), namespace, {}, removal(60, told));
  expect(asked.at(-1)).toEqual({
    method: "PATCH",
    path: "/api/v1/namespaces/kube-system",
    query: { fieldManager: "me", force: "false" },
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid: "1" } },
  });
  expect(told).toEqual(["Namespace kube-system cannot be deleted; it stays, without what this stack set on it."]);
});

test("any other refusal of a deletion is an error", async () => {
  const forbidden = refused(403, "Forbidden", 'User "u" cannot delete resource "configmaps"');
  const client = await fakeApiServer(inTurn({ GET: [found(configMap())], DELETE: [forbidden] }));
  await expect(remove(client, identity, {}, removal(60))).rejects.toThrow('User "u" cannot delete');
});
