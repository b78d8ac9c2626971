import { expect, test } from "vitest";
import { KubeError, type KubeObject } from "../../../../rehearsal/kube/client.ts";
import { diff } from "../../../../rehearsal/kubernetes-plugin/diff.ts";
import { create, previewCreate } from "../../../../rehearsal/kubernetes-plugin/lifecycle.ts";
import { remove } from "../../../../rehearsal/kubernetes-plugin/remove.ts";
import { untilReady, type WaitOptions } from "../../../../rehearsal/kubernetes-plugin/wait/index.ts";
import {
  type Answer,
  configMap,
  fakeApiServer,
  found,
  inTurn,
  refused,
  removal,
  session,
  settings,
} from "./fake-api-server.ts";

const options = (deadlineSeconds: number, told: string[] = []): WaitOptions => ({
  deadlineSeconds,
  signal: new AbortController().signal,
  onProgress: (message) => told.push(message),
});
const identity = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "x" };
const createArgs = { urn: "urn", inputs: { ...configMap() }, timeout: 5, isPatch: false };
const notFound = refused(404, "NotFound", 'configmaps "x" not found');
const unwell = refused(500, "InternalError", "etcdserver: leader changed");

const deployment = (status: Record<string, unknown>): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default", generation: 1 },
  spec: { replicas: 1 },
  status,
});
const done = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const path = "/apis/apps/v1/namespaces/default/deployments/web";

test("looks that fail for a moment do not end the wait until ready", async () => {
  const client = await fakeApiServer(inTurn({ GET: [undefined, unwell, found(deployment(done))] }));
  const told: string[] = [];
  const { problems } = await untilReady(client, path, deployment({}), options(60, told));
  expect(problems).toEqual([]);
  expect(told).toEqual([
    "waiting for the Deployment controller",
    `the last look at it failed: The API server ${client.server} did not answer GET ${path}: socket hang up`,
    "the last look at it failed: etcdserver: leader changed",
  ]);
});

test("the deadline of a wait says the last error", async () => {
  const client = await fakeApiServer(() => unwell);
  const { object, problems } = await untilReady(client, path, deployment({}), options(0.1));
  expect(object).toEqual(deployment({}));
  expect(problems).toEqual(["not ready after 0.1 s: the last look at it failed: etcdserver: leader changed"]);
});

test("a cancelled wait takes a last look and says what it saw", async () => {
  const abort = new AbortController();
  const told: string[] = [];
  const onProgress = (message: string) => {
    told.push(message);
    abort.abort();
  };
  const client = await fakeApiServer(() => found(deployment({ observedGeneration: 1 })));
  const cancelled = { deadlineSeconds: 60, signal: abort.signal, onProgress };
  const { problems } = await untilReady(client, path, deployment({}), cancelled);
  expect(problems).toEqual(["the wait was cancelled: 0 of 1 replicas updated"]);
  expect(told).toEqual(["waiting for the Deployment controller"]);
});

test("a cancelled deletion ends at once and says what is left", async () => {
  const abort = new AbortController();
  const client = await fakeApiServer(inTurn({ GET: [found(configMap())], DELETE: [found(configMap())] }));
  const cancelled = { ...removal(60), signal: abort.signal, onProgress: () => abort.abort() };
  await expect(remove(client, identity, {}, cancelled)).rejects.toThrow(
    "Deleting ConfigMap default/x was asked for; the wait until it is gone was cancelled (finalizers: none).",
  );
});

test("a look that is refused ends the wait", async () => {
  const client = await fakeApiServer(() => refused(403, "Forbidden", "you may not"));
  await expect(untilReady(client, path, deployment({}), options(60))).rejects.toThrow("you may not");
});

test("looks that fail for a moment do not end the wait until gone", async () => {
  const client = await fakeApiServer(
    inTurn({ GET: [found(configMap()), undefined, unwell, notFound], DELETE: [found(configMap())] }),
  );
  const told: string[] = [];
  await remove(client, identity, {}, removal(60, told));
  expect(told).toEqual([
    `waiting until it is gone; the last look at it failed: The API server ${client.server} did not answer GET ` +
      "/api/v1/namespaces/default/configmaps/x: socket hang up",
    "waiting until it is gone; the last look at it failed: etcdserver: leader changed",
  ]);
});

test("the deadline of a deletion says the last error", async () => {
  const client = await fakeApiServer(inTurn({ GET: [found(configMap()), unwell], DELETE: [found(configMap())] }));
  await expect(remove(client, identity, {}, removal(0.1))).rejects.toEqual(
    new KubeError(
      500,
      "InternalError",
      "ConfigMap default/x is still there 0.1 s after its deletion was asked for; " +
        "the last look at it failed: etcdserver: leader changed.",
    ),
  );
});

const fixed = { reason: "FieldValueInvalid", message: "Invalid value: field is immutable", field: "data" };
const wrong = { reason: "FieldValueInvalid", message: "Invalid value: must not be empty", field: "metadata.labels" };
const askDiff = async (causes: readonly object[]) => {
  const refusal = refused(422, "Invalid", "ConfigMap is invalid: field is immutable", causes);
  const client = await fakeApiServer(inTurn({ GET: [found(configMap())], PATCH: [refusal] }));
  const old = { ...configMap() };
  return diff(settings(client), {
    oldInputs: old,
    old,
    news: { ...old, data: { a: "2" } },
    ignored: [],
    isPatch: false,
  });
};

test.each([[[fixed]], [[]]])("a refusal for immutability alone is a replacement: causes %j", async (causes) => {
  expect(await askDiff(causes)).toEqual({
    differences: [{ path: ["data", "a"], kind: "update", inInputs: true, replaces: true }],
    deleteBeforeReplace: true,
  });
});

test("a refusal with another cause beside immutability is an error, not a replacement", async () => {
  await expect(askDiff([fixed, wrong])).rejects.toThrow("ConfigMap is invalid: field is immutable");
});

test("an object of that name that is being deleted is waited for, then created anew", async () => {
  const going = found(configMap({ deletionTimestamp: "2026-01-01T00:00:00Z" }));
  const created = configMap({ uid: "2" });
  const client = await fakeApiServer(inTurn({ GET: [going, going, going, notFound], PATCH: [found(created)] }));
  const { id, outputs } = await create(session(client), createArgs);
  expect(id).toBe("default/x");
  expect(outputs["metadata"]).toEqual(created.metadata);
});

test("the deadline of a creation counts the wait for the old object", async () => {
  const going = configMap({ deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.io/hold"] });
  const client = await fakeApiServer(() => found(going));
  await expect(create(session(client), { ...createArgs, timeout: 0.1 })).rejects.toThrow(
    "ConfigMap default/x is still there 0.1 s after its deletion was asked for; finalizers: example.io/hold. " +
      "Let its controller finish, or take the finalizer away if the controller is gone.",
  );
});

const previewRefused = async (refusal: Answer) =>
  previewCreate(session(await fakeApiServer(inTurn({ GET: [notFound], PATCH: [refusal] }))), createArgs);

test.each([
  [
    "a namespace that is going away",
    refused(403, "Forbidden", 'configmaps "x" is forbidden: unable to create new content in namespace default', [
      { reason: "NamespaceTerminating", message: "namespace default is being terminated", field: "metadata.namespace" },
    ]),
  ],
  ["a namespace that is not there", refused(404, "NotFound", 'namespaces "default" not found')],
  [
    "a service account that is not there",
    refused(
      403,
      "Forbidden",
      'pods "x" is forbidden: error looking up service account default/runner: serviceaccount "runner" not found',
    ),
  ],
])("the preview of a creation goes on without %s", async (_, refusal) => {
  const { outputs } = await previewRefused(refusal);
  expect(outputs["data"]).toEqual({ a: "1" });
});

test.each([
  'configmaps "x" is forbidden: User "u" cannot patch resource "configmaps" in API group "": RBAC: role "r" not found',
  'configmaps "x" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
])("the preview of a creation says: %s", async (message) => {
  await expect(previewRefused(refused(403, "Forbidden", message))).rejects.toThrow(message);
});
