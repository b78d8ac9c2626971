import { expect, test } from "vitest";
import { KubeError } from "../../../../rehearsal/kube/client.ts";
import { conflictingManagers, explainConflict, keepIgnored } from "../../../../rehearsal/kubernetes-plugin/apply.ts";
import {
  decidedPart,
  importedInputs,
  outputsOf,
  previewOutputs,
  toApply,
} from "../../../../rehearsal/kubernetes-plugin/objects.ts";
import { unknownValue } from "../../../../rehearsal/kubernetes-plugin/properties.ts";

const live = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", uid: "1", resourceVersion: "7", labels: { a: "b" }, managedFields: [{ manager: "x" }] },
  spec: { clusterIP: "10.0.0.1", ports: [{ port: 80 }] },
  status: { loadBalancer: {} },
};

test("outputs are the live object without who owns which field", () => {
  expect(outputsOf(live)).toEqual({
    ...live,
    metadata: { name: "web", uid: "1", resourceVersion: "7", labels: { a: "b" } },
  });
});

test("what people decide has no status and nothing that the API server stamps", () => {
  expect(decidedPart(live)).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", labels: { a: "b" } },
    spec: live.spec,
  });
});

test("imported inputs have no notes of controllers or kubectl, and no annotations where none are left", () => {
  const notes = {
    "deployment.kubernetes.io/revision": "3",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  const imported = (annotations: object) =>
    importedInputs({ ...live, metadata: { name: "web", uid: "1", annotations } });
  expect(imported(notes)["metadata"]).toEqual({ name: "web" });
  expect(imported({ ...notes, mine: "1" })["metadata"]).toEqual({ name: "web", annotations: { mine: "1" } });
});

test("a preview leaves open what the creation will decide, save what the program decides itself", () => {
  expect(previewOutputs(live, { kind: "Service", spec: { clusterIP: "10.0.0.1" } })).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "web",
      labels: { a: "b" },
      uid: unknownValue,
      resourceVersion: unknownValue,
      creationTimestamp: unknownValue,
      generation: unknownValue,
    },
    spec: { clusterIP: "10.0.0.1", clusterIPs: unknownValue, ports: [{ port: 80 }] },
  });
});

test("a Secret's text goes to the API server as data, and a status never", () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {},
    data: { a: "MQ==" },
    stringData: { b: "2" },
    status: {},
  };
  expect(toApply(secret)).toEqual({ apiVersion: "v1", kind: "Secret", metadata: {}, data: { a: "MQ==", b: "Mg==" } });
});

test("ignored paths keep the live value", () => {
  const inputs = { spec: { replicas: 1, containers: [{ image: "a" }, { image: "b" }] } };
  const object = {
    apiVersion: "",
    kind: "",
    metadata: {},
    spec: { replicas: 3, containers: [{ image: "a" }, { image: "c" }] },
  };
  expect(keepIgnored(inputs, object, ["spec.replicas", "spec.containers[*].image"], "me")["spec"]).toEqual(object.spec);
  expect(keepIgnored(inputs, undefined, ["spec.replicas"], "me")).toBe(inputs);
});

test("an ignored field that the object does not show stays as declared: without its text a Secret would lose its data", () => {
  const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, stringData: { a: "1" } };
  const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, data: { a: "Mg==" } };
  expect(keepIgnored(inputs, object, ["stringData", 'metadata.labels["a.b/c"]'], "me")).toEqual(inputs);
});

test("an ignored field that is somebody else's alone is left to them", () => {
  const inputs = { spec: { replicas: 1, paused: true } };
  const fields = (...names: string[]) => ({ "f:spec": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });
  const object = {
    apiVersion: "",
    kind: "",
    metadata: {
      managedFields: [
        { manager: "autoscaler", operation: "Update", fieldsV1: fields("replicas", "paused") },
        { manager: "me", operation: "Apply", fieldsV1: fields("paused") },
      ],
    },
    spec: { replicas: 3, paused: false },
  };
  expect(keepIgnored(inputs, object, ["spec.replicas", "spec.paused"], "me")).toEqual({ spec: { paused: false } });
});

test("a conflict names every manager and field, and other errors stay as they are", () => {
  const identity = { apiVersion: "apps/v1", kind: "Deployment", namespace: "models", name: "web" };
  const causes = [
    { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using apps/v1', field: ".spec.replicas" },
    { reason: "FieldManagerConflict", message: 'conflict with "hpa"', field: ".spec.paused" },
  ];
  const explained = explainConflict(
    new KubeError(409, "Conflict", "Apply failed with 2 conflicts", { causes }),
    identity,
  );
  expect(explained).toHaveProperty(
    "message",
    `Fields of Deployment models/web belong to "kubectl", "hpa": spec.replicas, spec.paused. ` +
      `Take them out of the program, or take them over with the annotation pulumi.com/patchForce: "true".`,
  );
  expect(conflictingManagers(explained)).toEqual(["kubectl", "hpa"]);
  const other = new KubeError(409, "AlreadyExists", "already there");
  expect(conflictingManagers(other)).toEqual([]);
  expect(explainConflict(other, identity)).toBe(other);
});
