import { expect, test } from "vitest";
import { diff } from "../../../../rehearsal/kubernetes-plugin/diff.ts";
import { unknownValue } from "../../../../rehearsal/kubernetes-plugin/properties.ts";
import { type Asked, configMap, fakeApiServer, found, inTurn, refused, settings } from "./fake-api-server.ts";

const notFound = refused(404, "NotFound", 'configmaps "x" not found');
const old = { ...configMap(), __fieldManager: "me" };
const args = { oldInputs: old, old, news: old, ignored: [], isPatch: false };
const none = { differences: [], deleteBeforeReplace: false };
const changed = { ...old, data: { a: "2" } };
/** Without a cluster the program's changes alone count. */
const offline = settings();

test("an unchanged program changes nothing, whatever others did to the object", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(() => found({ ...configMap(), data: { a: "theirs" } }), {}, asked);
  expect(await diff(settings(client), args)).toEqual(none);
  expect(asked.map(({ method }) => method)).toEqual(["GET"]);
});

test("an unchanged program puts back what is gone, unless it was to vanish by itself", async () => {
  const client = await fakeApiServer(() => notFound);
  const putBack = [{ path: ["metadata", "uid"], kind: "update", inInputs: false, replaces: false }];
  expect((await diff(settings(client), args)).differences).toEqual(putBack);
  const vanishing = { ...old, spec: { ttlSecondsAfterFinished: 1 } };
  expect(await diff(settings(client), { ...args, oldInputs: vanishing, old: vanishing, news: vanishing })).toEqual(
    none,
  );
});

test("the dry run is made under the state's field manager", async () => {
  const asked: Asked[] = [];
  const answer = inTurn({ GET: [found(configMap())], PATCH: [found({ ...configMap(), data: { a: "2" } })] });
  await diff(settings(await fakeApiServer(answer, {}, asked)), { ...args, news: changed });
  expect(asked[1]?.query).toEqual({ fieldManager: "me", force: "true", dryRun: "All" });
});

const owned = { ...configMap(), data: { a: "1", defaulted: "1" } };
const created = found({
  ...owned,
  metadata: { ...owned.metadata, managedFields: [{ manager: "pulumi-kubernetes-1", operation: "Update" }] },
});
const givesUp = { ...args, oldInputs: owned, old: owned, news: { ...old, data: {} } };
const givenUp = (...keys: string[]) =>
  keys.map((key) => ({ path: ["data", key], kind: "delete", inInputs: true, replaces: false }));

test("a field that the program gives up and a predecessor still owns is a change, unless it is a default", async () => {
  const asked: Asked[] = [];
  const alone = found({ ...configMap(), data: { defaulted: "1" } });
  const client = await fakeApiServer(inTurn({ GET: [created], PATCH: [created, alone] }), {}, asked);
  expect((await diff(settings(client), givesUp)).differences).toEqual(givenUp("a"));
  // The second question is about an object of another name.
  expect(asked.map(({ path }) => path.split("/").at(-1))).toEqual(["x", "x", expect.stringMatching(/^preview-\w{8}$/)]);
  expect(asked[2]?.query["dryRun"]).toBe("All");
});

test("where an object of another name is refused, all that is given up counts", async () => {
  const refusal = refused(422, "Invalid", "metadata.name: Invalid value");
  const client = await fakeApiServer(inTurn({ GET: [created], PATCH: [created, refusal] }));
  expect((await diff(settings(client), givesUp)).differences).toEqual(givenUp("a", "defaulted"));
});

test.each([
  ["v1", "Pod", { containers: [{ image: "a" }] }, { containers: [{ image: "b" }] }, true],
  ["v1", "Pod", { containers: [{ image: "a" }] }, { containers: [{ image: "a" }, { image: "b" }] }, true],
  ["v1", "Pod", { activeDeadlineSeconds: 1 }, { activeDeadlineSeconds: 2 }, false],
  ["apps/v1", "Deployment", { selector: { matchLabels: { a: "1" } } }, { selector: {} }, true],
  ["apps/v1", "Deployment", { replicas: 1 }, { replicas: 2 }, false],
  ["batch/v1", "Job", { parallelism: 1 }, { parallelism: unknownValue }, true],
  ["v1", "PersistentVolumeClaim", { storageClassName: "a" }, { storageClassName: "b" }, true],
  ["v1", "PersistentVolumeClaim", { resources: { requests: { storage: "1" } } }, { resources: {} }, false],
])("%s %s, spec %j => %j replaces: %s", async (apiVersion, kind, before, after, replaces) => {
  const object = (spec: object) => ({ apiVersion, kind, metadata: { name: "x" }, spec });
  const [oldInputs, news] = [object(before), object(after)];
  const { differences } = await diff(offline, { ...args, oldInputs, old: oldInputs, news });
  expect(differences.some((one) => one.replaces)).toBe(replaces);
  // A patch changes its target in place, whatever the field.
  const patched = await diff(offline, { ...args, oldInputs, old: oldInputs, news, isPatch: true });
  expect(patched.differences.some((one) => one.replaces)).toBe(false);
});

test.each([
  [{ mutableConfigMaps: false }, {}, true],
  [{ mutableConfigMaps: true }, {}, false],
  [{ mutableConfigMaps: true }, { immutable: true }, true],
])("changed data with %j and %j replaces: %s", async (options, more, replaces) => {
  const { differences } = await diff({ ...offline, ...options }, { ...args, news: { ...changed, ...more } });
  expect(differences.find(({ path }) => path[0] === "data")?.replaces).toBe(replaces);
});

test("changed text of a Secret replaces it, though the object shows it as data", async () => {
  const secret = (word: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "x", namespace: "default" },
    stringData: { word },
  });
  const object = (word: string) => found({ ...secret(word), stringData: undefined, data: { word } });
  const client = await fakeApiServer(inTurn({ GET: [object("old")], PATCH: [object("new")] }));
  const request = { ...args, oldInputs: secret("old"), old: secret("old"), news: secret("new") };
  const replaces = async (mutableSecrets: boolean) =>
    (await diff({ ...settings(client), mutableSecrets }, request)).differences;
  const difference = { path: ["data", "word"], kind: "update", inInputs: false };
  expect(await replaces(false)).toEqual([{ ...difference, replaces: true }]);
  expect(await replaces(true)).toEqual([{ ...difference, replaces: false }]);
});

test("a replacement under another name comes first, whatever else of the metadata is not known yet", async () => {
  const news = (name: string) => ({
    ...old,
    metadata: { name, namespace: "default", labels: { a: unknownValue } },
  });
  const first = async (name: string) => (await diff(offline, { ...args, news: news(name) })).deleteBeforeReplace;
  expect(await first("y")).toBe(false);
  expect(await first(unknownValue)).toBe(true);
});

test("another target replaces a patch; the old target is given up after the new one is patched", async () => {
  const news = { ...old, metadata: { name: "y", namespace: "default" } };
  const { differences, deleteBeforeReplace } = await diff(offline, { ...args, news, isPatch: true });
  expect(differences.filter(({ replaces }) => replaces).map(({ path }) => path)).toContainEqual(["metadata", "name"]);
  expect(deleteBeforeReplace).toBe(false);
});

test("the annotation replaces a Job that is not ready, and leaves one that is", async () => {
  const job = (...conditions: object[]) => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "x", namespace: "default", annotations: { "pulumi.com/replaceUnready": "true" } },
    status: { conditions },
  });
  const request = { ...args, oldInputs: job(), old: job(), news: job() };
  const replaced = async (...conditions: object[]) => {
    const client = await fakeApiServer(() => found(job(...conditions)));
    return (await diff(settings(client), request)).differences;
  };
  expect(await replaced()).toEqual([
    {
      path: ["metadata", "annotations", "pulumi.com/replaceUnready"],
      kind: "update",
      inInputs: false,
      replaces: true,
    },
  ]);
  expect(await replaced({ type: "Complete", status: "True" })).toEqual([]);
});
