import { expect, test } from "vitest";
import { defaultDenyNetworkPolicy } from "../../../policy/rules/default-deny-network-policy.ts";
import { checkStack, deployment, deploymentType, type Props, unknown } from "../support.ts";

const rule = defaultDenyNetworkPolicy();
const namespace = (name: unknown) => ["kubernetes:core/v1:Namespace", { metadata: { name } }] as const;
const workload = [deploymentType, deployment()] as const;
const both = ["Ingress", "Egress"];
const networkPolicy = (spec: Props | string, where: unknown = "finance") =>
  ["kubernetes:networking.k8s.io/v1:NetworkPolicy", { metadata: { name: "deny", namespace: where }, spec }] as const;
const refused = (name: string, workloads: string) =>
  `Namespace "${name}": found ${workloads} and no NetworkPolicy that denies by default. Allowed: a NetworkPolicy with podSelector {}, policyTypes Ingress and Egress, and no ingress or egress rules. To do: add one to the namespace, and allow what is needed with further NetworkPolicies.`;

test.each([
  [{ podSelector: {}, policyTypes: both }],
  [{ podSelector: { matchLabels: {}, matchExpressions: [] }, policyTypes: both, ingress: [], egress: [] }],
])("accepts a namespace with the NetworkPolicy %j", async (spec) => {
  expect(await checkStack(rule, [namespace("finance"), workload, networkPolicy(spec)])).toEqual({ violations: [] });
});

test("accepts a namespace without workloads", async () => {
  expect(await checkStack(rule, [namespace("empty")])).toEqual({ violations: [] });
});

test.each([
  ["one that selects some pods", { podSelector: { matchLabels: { app: "a" } }, policyTypes: both }],
  [
    "one that selects by expression",
    { podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] }, policyTypes: both },
  ],
  ["one for one direction", { podSelector: {}, policyTypes: ["Ingress"] }],
  ["one without policyTypes", { podSelector: {} }],
  ["one that allows something", { podSelector: {}, policyTypes: both, egress: [{ ports: [{ port: 53 }] }] }],
  ["one that cannot be read", { podSelector: {}, policyTypes: "Ingress" }],
])("refuses a namespace whose only NetworkPolicy is %s", async (_, spec) => {
  expect(await checkStack(rule, [namespace("finance"), workload, networkPolicy(spec)])).toEqual({
    violations: [refused("finance", "1 workload")],
  });
});

test("a NetworkPolicy counts in its own namespace only", async () => {
  const elsewhere = [deploymentType, { ...deployment(), metadata: { name: "x", namespace: "law" } }] as const;
  const resources = [
    namespace("finance"),
    namespace("law"),
    workload,
    workload,
    elsewhere,
    networkPolicy({ podSelector: {}, policyTypes: both }, "law"),
  ];
  expect(await checkStack(rule, resources)).toEqual({ violations: [refused("finance", "2 workloads")] });
});

test("decides nothing where a NetworkPolicy is not known yet", async () => {
  expect(await checkStack(rule, [namespace("finance"), workload, networkPolicy(unknown)])).toEqual({
    violations: [],
    undecided: "string value at .spec can't be known during preview",
  });
});

test("an unknown NetworkPolicy of another namespace hides nothing", async () => {
  expect(await checkStack(rule, [namespace("finance"), workload, networkPolicy(unknown, "law")])).toEqual({
    violations: [refused("finance", "1 workload")],
    undecided: "string value at .spec can't be known during preview",
  });
});

test("decides nothing where the namespace of a NetworkPolicy, or of a workload, is not known yet", async () => {
  const undecided = "string value at .metadata.namespace can't be known during preview";
  const deny = networkPolicy({ podSelector: {}, policyTypes: both }, unknown);
  expect(await checkStack(rule, [namespace("finance"), workload, deny])).toEqual({ violations: [], undecided });
  const anywhere = [deploymentType, { ...deployment(), metadata: { name: "x", namespace: unknown } }] as const;
  expect(await checkStack(rule, [namespace("finance"), anywhere])).toEqual({ violations: [], undecided });
});

const allowsAll =
  'NetworkPolicy "finance/deny", spec: found an empty podSelector with an ingress or egress rule that names neither peers nor ports. Allowed: rules for all pods that name peers or ports, since what one NetworkPolicy allows no other can deny. To do: name the pods, and what they may talk to.';

test.each([
  { ingress: [{}] },
  { egress: [{ to: [{ podSelector: {} }] }, {}] },
  { ingress: [{ from: [] }] },
  { egress: [{ to: [], ports: [] }] },
])("refuses a NetworkPolicy for all pods with %j, beside one that denies", async (allowed) => {
  const deny = networkPolicy({ podSelector: {}, policyTypes: both });
  const open = networkPolicy({ podSelector: {}, policyTypes: both, ...allowed });
  expect(await checkStack(rule, [namespace("finance"), workload, deny, open])).toEqual({ violations: [allowsAll] });
});

test.each([
  { podSelector: { matchLabels: { app: "a" } }, ingress: [{}] },
  { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
  { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] },
])("accepts the NetworkPolicy %j beside one that denies", async (spec) => {
  const deny = networkPolicy({ podSelector: {}, policyTypes: both });
  expect(await checkStack(rule, [namespace("finance"), workload, deny, networkPolicy(spec)])).toEqual({
    violations: [],
  });
});

const homeless = (object: string, where: string) =>
  `Deployment "${object}", metadata.namespace: found the namespace "${where}", which this stack does not declare. Allowed: a Namespace of the stack, so that its default-deny NetworkPolicy is seen, or one of foreignNamespaces. To do: declare the Namespace, or add it to foreignNamespaces in the pack's configuration if others keep it closed.`;

test("refuses workloads in a namespace that the stack does not declare, default included", async () => {
  const inDefault = [deploymentType, { ...deployment(), metadata: { name: "x" } }] as const;
  expect(await checkStack(rule, [namespace("law"), workload, inDefault])).toEqual({
    violations: [homeless("finance/fin-r1", "finance"), homeless("x", "default")],
  });
});

test("accepts workloads in a namespace of foreignNamespaces, and in no other", async () => {
  const config = { foreignNamespaces: ["finance"] };
  expect(await checkStack(rule, [workload], { config })).toEqual({ violations: [] });
  const elsewhere = [deploymentType, { ...deployment(), metadata: { name: "x", namespace: "law" } }] as const;
  expect(await checkStack(rule, [elsewhere], { config })).toEqual({ violations: [homeless("law/x", "law")] });
});

test("decides nothing about a workload's namespace where the name of a Namespace is not known yet", async () => {
  expect(await checkStack(rule, [namespace(unknown), workload])).toEqual({
    violations: [],
    undecided: "string value at .metadata.name can't be known during preview",
  });
});
