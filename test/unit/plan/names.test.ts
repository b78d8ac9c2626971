import fc from "fast-check";
import { expect, test } from "vitest";
import {
  devicePluginNamespace,
  domainNamespace,
  gatewayNamespace,
  label,
  poolName,
  specialistName,
} from "../../../plan/names.ts";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

test.each([
  [["polymath", "local", "law"], "polymath-local-law"],
  [["fin-r1"], "fin-r1"],
  [["a".repeat(63)], "a".repeat(63)],
  [["a".repeat(64)], `${"a".repeat(54)}-ffe054fe`],
  [["Prod_EU"], "prod-eu-51006711"],
  [["prod", ""], "prod-60fa1c16"],
  [["-"], "x-3973e022"],
  [[""], "x-e3b0c442"],
  [["ümlaut"], "mlaut-e30af24e"],
])("the label of %j is %s", (parts, expected) => {
  expect(label(...parts)).toBe(expected);
});

const part = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.stringMatching(/^[a-zA-Z0-9._-]{0,70}$/));

test("a label is a DNS label, whatever goes in, and the same every time", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      expect(label(...parts)).toMatch(dnsLabel);
      expect(label(...parts)).toBe(label(...parts));
    }),
  );
});

test("different texts give different labels", () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      fc.pre(a !== b);
      expect(label(a)).not.toBe(label(b));
    }),
  );
  const slips = fc.constantFrom("", "-", "_", ".", "A");
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,70}$/), slips, slips, (text, a, b) => {
      fc.pre(a !== b);
      expect(label(text + a)).not.toBe(label(text + b));
      expect(label(a + text)).not.toBe(label(b + text));
    }),
  );
});

test("namespaces say environment and domain", () => {
  expect([domainNamespace("local", "law"), gatewayNamespace("local"), devicePluginNamespace("local")]).toEqual([
    "polymath-local-law",
    "polymath-local-gateway",
    "polymath-local-gpu",
  ]);
});

test("no two environments on one cluster, and no two domains, share a namespace", () => {
  const name = fc.stringMatching(/^[a-z]{1,3}(-[a-z]{1,3}){0,2}$/);
  const domain = fc.oneof(name, fc.constantFrom("gateway", "gpu"));
  fc.assert(
    fc.property(name, domain, name, domain, (environment, bundle, otherEnvironment, otherBundle) => {
      fc.pre(environment !== otherEnvironment || bundle !== otherBundle);
      expect(domainNamespace(environment, bundle)).not.toBe(domainNamespace(otherEnvironment, otherBundle));
      expect([gatewayNamespace(otherEnvironment), devicePluginNamespace(otherEnvironment)]).not.toContain(
        domainNamespace(environment, bundle),
      );
    }),
  );
});

test("one hyphen more or less in environment or domain is no clash", () => {
  expect(domainNamespace("a-b", "c")).toBe("polymath-a-b-c");
  expect(domainNamespace("a", "b-c")).toBe("polymath-a-b-c-0161d2eb");
  expect(domainNamespace("a", "gateway")).toBe("polymath-a-gateway-4fee49c0");
});

test.each([
  ["g6.2xlarge", 1, "g6-2xlarge-1gpu"],
  ["p6-b200.48xlarge", 8, "p6-b200-48xlarge-8gpu"],
])("the pool of %s at %d GPUs", (type, gpus, expected) => {
  expect(poolName(type, gpus)).toBe(expected);
});

test.each([
  ["fin-r1", "fin-r1"],
  ["llama-3-2-1b-instruct", "llama-3-2-1b-instruct"],
  ["3d-mol", "s-3d-mol"],
])("the objects of %s are called %s", (name, expected) => {
  expect(specialistName(name)).toBe(expected);
});

test("the object name of every public name can be a Service's", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/), (name) => {
      expect(specialistName(name)).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }),
  );
});
