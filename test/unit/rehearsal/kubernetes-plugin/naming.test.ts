import { expect, test } from "vitest";
import {
  describe as describeObject,
  formatId,
  parseId,
  parseToken,
  urnName,
  withName,
  withNamespace,
} from "../../../../rehearsal/kubernetes-plugin/naming.ts";
import { unknownValue } from "../../../../rehearsal/kubernetes-plugin/properties.ts";

const urn = "urn:pulumi:test::project::polymath:index:Specialist$kubernetes:core/v1:ConfigMap::web-config";
const seed = new Uint8Array([1, 2, 3]);

test("an object without a name gets the program's name and eight digits of the seed", () => {
  expect(withName({ kind: "ConfigMap" }, {}, urn, seed)).toEqual({
    kind: "ConfigMap",
    metadata: { name: "web-config-039058c6", annotations: { "pulumi.com/autonamed": "true" } },
  });
});

test("an empty name counts as none, and annotations and labels stay", () => {
  const news = { metadata: { name: "", generateName: "", annotations: { a: "1" }, labels: { b: "2" } } };
  expect(withName(news, {}, urn, seed)["metadata"]).toMatchObject({
    name: "web-config-039058c6",
    annotations: { a: "1", "pulumi.com/autonamed": "true" },
    labels: { b: "2" },
  });
  expect(withNamespace({ metadata: { name: "a", namespace: "" } }, "models")).toEqual({
    metadata: { name: "a", namespace: "models" },
  });
});

test("generateName is refused, as server-side apply needs a name; beside a name it is a field like others", () => {
  const message =
    "web-config has metadata.generateName, which server-side apply does not know. Leave it out, and a name is made of the " +
    "resource's name in the program; or set metadata.name.";
  expect(() => withName({ metadata: { generateName: "run-" } }, {}, urn, seed)).toThrow(message);
  expect(() => withName({ metadata: { generateName: unknownValue } }, {}, urn, seed)).toThrow(message);
  const named = { metadata: { generateName: "run-", name: "run-x" } };
  expect(withName(named, {}, urn, seed)).toEqual(named);
});

test("a name made before is kept; a name once given is not", () => {
  const made = { metadata: { name: "web-config-00000000", annotations: { "pulumi.com/autonamed": "true" } } };
  expect(withName({}, made, urn, seed)).toEqual(made);
  expect(withName({}, { metadata: { name: "given" } }, urn, seed)).toEqual({
    metadata: { name: "web-config-039058c6", annotations: { "pulumi.com/autonamed": "true" } },
  });
});

test("the engine's own name counts where the object is new and the program gives none", () => {
  const named = (news: object, olds: object) => withName({ ...news }, { ...olds }, urn, seed, { name: "from-engine" });
  const autonamed = { annotations: { "pulumi.com/autonamed": "true" } };
  expect(named({}, {})).toEqual({ metadata: { name: "from-engine", ...autonamed } });
  expect(named({ metadata: { name: "given" } }, {})).toEqual({ metadata: { name: "given" } });
  const made = { metadata: { name: "made-before", ...autonamed } };
  expect(named({}, made)).toEqual(made);
});

test("where the stack's configuration forbids made names, a name must be given", () => {
  expect(() => withName({}, {}, urn, seed, "disabled")).toThrow(
    "web-config has no metadata.name, and pulumi:autonaming is disabled for it. Give it a name in the program.",
  );
  expect(withName({ metadata: { name: "given" } }, {}, urn, seed, "disabled")).toEqual({ metadata: { name: "given" } });
});

test("a given name, and metadata that is not known yet, stay as they are", () => {
  expect(withName({ metadata: { name: "a" } }, {}, urn, seed)).toEqual({ metadata: { name: "a" } });
  expect(withName({ metadata: unknownValue }, {}, urn, seed)).toEqual({ metadata: unknownValue });
  expect(withNamespace({ metadata: unknownValue }, "models")).toEqual({ metadata: unknownValue });
});

test("the default namespace is only for objects that name none", () => {
  expect(withNamespace({ metadata: { name: "a" } }, "models")).toEqual({
    metadata: { name: "a", namespace: "models" },
  });
  expect(withNamespace({ metadata: { namespace: "mine" } }, "models")).toEqual({ metadata: { namespace: "mine" } });
});

test("ids, tokens and URNs", () => {
  expect(urnName(urn)).toBe("web-config");
  expect(formatId("models", "web")).toBe("models/web");
  expect(formatId(undefined, "node")).toBe("node");
  expect(parseId("models/web")).toEqual({ namespace: "models", name: "web" });
  expect(parseId("node")).toEqual({ namespace: undefined, name: "node" });
  expect(parseToken("kubernetes:core/v1:Pod")).toEqual({ apiVersion: "v1", kind: "Pod" });
  expect(parseToken("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute")).toEqual({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
  });
  expect(describeObject({ apiVersion: "v1", kind: "Pod", namespace: "models", name: "web" })).toBe("Pod models/web");
});
