import { expect, test } from "vitest";
import { create, update } from "../../../../rehearsal/kubernetes-plugin/lifecycle.ts";
import { isPatch, relinquish, requireName } from "../../../../rehearsal/kubernetes-plugin/patch.ts";
import { type Asked, configMap, fakeApiServer, found, inTurn, refused, session } from "./fake-api-server.ts";

const identity = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "x" };
const path = "/api/v1/namespaces/default/configmaps/x";
const notFound = refused(404, "NotFound", 'configmaps "x" not found');
const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { mine: "1" } };
const args = { urn: "urn", inputs, timeout: 5, isPatch: true };
const { signal } = new AbortController();

test.each([
  ["kubernetes:apps/v1:DeploymentPatch", "Deployment", true],
  ["kubernetes:example.io/v1:PartPatch", "Part", true],
  // A custom kind of that name.
  ["kubernetes:example.io/v1:EnvoyPatch", "EnvoyPatch", false],
  ["kubernetes:example.io/v1:EnvoyPatchPatch", "EnvoyPatch", true],
  ["kubernetes:apps/v1:Deployment", "Deployment", false],
])("%s of kind %s patches: %s", (token, kind, patches) => {
  expect(isPatch(token, { kind })).toBe(patches);
});

test("a patch must say what it patches, unless that is not known yet", () => {
  for (const metadata of [{ namespace: "a" }, { name: "" }])
    expect(() => requireName("kubernetes:core/v1:ConfigMapPatch", { metadata })).toThrow(
      "kubernetes:core/v1:ConfigMapPatch has no metadata.name. Give it the name of the object to patch.",
    );
  expect(() => requireName("token", { metadata: { name: "x" } })).not.toThrow();
  expect(() => requireName("token", { metadata: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })).not.toThrow();
});

test("a patch is applied to the object that is there, and to no other that comes in its place", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(() => found(configMap()), {}, asked);
  const { outputs } = await create(session(client), args);
  expect(asked[1]).toEqual({
    method: "PATCH",
    path,
    query: { fieldManager: outputs["__fieldManager"], force: "false" },
    body: { ...inputs, metadata: { name: "x", namespace: "default", uid: "1" } },
  });
});

test.each([create, (one: ReturnType<typeof session>) => update(one, { ...args, old: inputs, ignored: [] })])(
  "there is nothing to patch",
  async (operation) => {
    const client = await fakeApiServer(() => notFound);
    await expect(operation(session(client), args)).rejects.toThrow(
      "ConfigMap default/x does not exist, so there is nothing to patch. Create it first (dependsOn, where the same program " +
        "does), or declare it as a ConfigMap, not as a ConfigMapPatch.",
    );
  },
);

test("what is given up is a manager's fields, never the object", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(() => found(configMap()), {}, asked);
  await relinquish(client, identity, "mine", signal);
  expect(asked.map(({ method, query, body }) => ({ method, query, body }))).toEqual([
    { method: "GET", query: {}, body: undefined },
    {
      method: "PATCH",
      query: { fieldManager: "mine", force: "false" },
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "default", uid: "1" } },
    },
  ]);
});

test("nothing is given up of what is gone, or goes meanwhile", async () => {
  const asked: Asked[] = [];
  await relinquish(await fakeApiServer(() => notFound, {}, asked), identity, "mine", signal);
  expect(asked.map(({ method }) => method)).toEqual(["GET"]);
  const conflict = refused(409, "Conflict", "uid mismatch");
  const client = await fakeApiServer(inTurn({ GET: [found(configMap()), notFound], PATCH: [conflict] }));
  await expect(relinquish(client, identity, "mine", signal)).resolves.toBeUndefined();
});

test("a field that the object must have cannot be given up", async () => {
  const causes = [{ reason: "FieldValueRequired", field: "spec.template.spec.containers[0].image" }];
  const refusal = refused(422, "Invalid", "Required value", causes);
  const client = await fakeApiServer(inTurn({ GET: [found(configMap())], PATCH: [refusal] }));
  await expect(relinquish(client, identity, "mine", signal)).rejects.toThrow(
    "ConfigMap default/x cannot be without spec.template.spec.containers[0].image, which only this Patch resource sets. " +
      "Let another manager set it first, or leave it there with retainOnDelete: true.",
  );
});
