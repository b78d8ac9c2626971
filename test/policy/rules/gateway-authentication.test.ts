import { expect, test } from "vitest";
import { gatewayAuthentication } from "../../../policy/rules/gateway-authentication.ts";
import { checkStack, type Props, unknown } from "../support.ts";

const rule = gatewayAuthentication();
const gateway = [
  "kubernetes:gateway.networking.k8s.io/v1:Gateway",
  {
    metadata: { name: "models", namespace: "routing" },
    spec: { listeners: [{ name: "https" }, { name: "internal" }] },
  },
] as const;
const securityPolicy = (spec: Props | string, namespace: unknown = "routing") =>
  [
    "kubernetes:gateway.envoyproxy.io/v1alpha1:SecurityPolicy",
    { metadata: { name: "auth", namespace }, spec },
  ] as const;
const onGateway = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "models" };
const onRoute = { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "fin-r1" };
const apiKeyAuth = { credentialRefs: [{ name: "keys" }], extractFrom: [{ headers: ["x-api-key"] }] };

const refused = (found: string) =>
  `Gateway "routing/models": found ${found}. Allowed: a SecurityPolicy that requires authentication for the whole Gateway, or one for each listener. To do: add a SecurityPolicy in the Gateway's namespace whose targetRefs name the Gateway, with apiKeyAuth, jwt, oidc, basicAuth or extAuth.`;
const open = refused("no SecurityPolicy that targets it and requires authentication");
const overriding = (found: string) =>
  `SecurityPolicy "routing/auth": found ${found}. Allowed: a SecurityPolicy that requires authentication; on a route also one with mergeType and none of its own. To do: require authentication in it too, or set mergeType to StrategicMerge where it targets a route.`;
const replaces = overriding("no authentication, while it replaces the Gateway's SecurityPolicy for what it targets");
const optional = overriding(
  "authentication that lets requests pass without it (jwt.optional, jwt.failOpen, extAuth.failOpen or oidc.passThroughAuthHeader)",
);

test.each([
  [{ apiKeyAuth }],
  [{ jwt: { providers: [{ name: "id" }] } }],
  [{ oidc: { provider: { issuer: "https://id.example.eu" } } }],
  [{ basicAuth: { users: { name: "htpasswd" } } }],
  [{ extAuth: { http: {} } }],
  [{ jwt: { optional: true }, apiKeyAuth }],
])("accepts a Gateway with %j", async (authentication) => {
  const policy = securityPolicy({ targetRefs: [onRoute, onGateway], ...authentication });
  expect(await checkStack(rule, [gateway, policy])).toEqual({ violations: [] });
});

test("accepts the older targetRef", async () => {
  expect(await checkStack(rule, [gateway, securityPolicy({ targetRef: onGateway, apiKeyAuth })])).toEqual({
    violations: [],
  });
});

test("refuses a Gateway without a SecurityPolicy, but not in the stack local", async () => {
  expect(await checkStack(rule, [gateway])).toEqual({ violations: [open] });
  expect(await checkStack(rule, [gateway], { stack: "local-2" })).toEqual({ violations: [open] });
  expect(await checkStack(rule, [gateway], { stack: "local" })).toEqual({ violations: [] });
});

test("takes the stacks that may do without from the pack's configuration, instead of local", async () => {
  const config = { unauthenticatedStacks: ["lab"] };
  expect(await checkStack(rule, [gateway], { stack: "lab", config })).toEqual({ violations: [] });
  expect(await checkStack(rule, [gateway], { stack: "local", config })).toEqual({ violations: [open] });
});

test.each([
  ["another Gateway's", securityPolicy({ targetRefs: [{ ...onGateway, name: "other" }], apiKeyAuth })],
  ["a route's", securityPolicy({ targetRefs: [{ ...onRoute, name: "models" }], apiKeyAuth })],
  ["another namespace's", securityPolicy({ targetRefs: [onGateway], apiKeyAuth }, "finance")],
])("refuses a Gateway with only %s authentication", async (_, policy) => {
  expect(await checkStack(rule, [gateway, policy])).toEqual({ violations: [open] });
});

test("wants every listener covered", async () => {
  const only = (sectionName: string) => securityPolicy({ targetRefs: [{ ...onGateway, sectionName }], apiKeyAuth });
  expect(await checkStack(rule, [gateway, only("https")])).toEqual({
    violations: [refused("no authentication on the listener internal")],
  });
  expect(await checkStack(rule, [gateway, only("https"), only("internal")])).toEqual({ violations: [] });
});

test.each([
  [{ cors: {} }, replaces],
  [{ authorization: { defaultAction: "Deny" } }, replaces],
  [{ jwt: { optional: true } }, optional],
  [{ jwt: { failOpen: true } }, optional],
  [{ extAuth: { failOpen: true } }, optional],
  [{ oidc: { passThroughAuthHeader: true } }, optional],
])("does not take %j for authentication", async (spec, violation) => {
  const policy = securityPolicy({ targetRefs: [onGateway], ...spec });
  expect(await checkStack(rule, [gateway, policy])).toEqual({ violations: [open, violation] });
});

const authenticated = securityPolicy({ targetRefs: [onGateway], apiKeyAuth });

test.each([
  ["replaces the Gateway's", { targetRefs: [onRoute], cors: {} }, [replaces]],
  ["replaces a listener's", { targetRefs: [{ ...onGateway, sectionName: "https" }], cors: {} }, [replaces]],
  [
    "weakens what it is merged into",
    { targetRefs: [onRoute], mergeType: "StrategicMerge", jwt: { optional: true } },
    [optional],
  ],
  ["is merged", { targetRefs: [onRoute], mergeType: "StrategicMerge", cors: {} }, []],
  ["is of a TCP route", { targetRefs: [{ ...onRoute, kind: "TCPRoute" }], authorization: {} }, []],
])("a further SecurityPolicy that %s gives %#", async (_, spec, violations) => {
  expect(await checkStack(rule, [gateway, authenticated, securityPolicy(spec)])).toEqual({ violations });
});

test("decides nothing where a SecurityPolicy is not known yet", async () => {
  expect(await checkStack(rule, [gateway, securityPolicy(unknown)])).toEqual({
    violations: [],
    undecided: "string value at .spec can't be known during preview",
  });
});

test("decides nothing where the namespace of a SecurityPolicy is not known yet", async () => {
  const policy = securityPolicy({ targetRefs: [onGateway], apiKeyAuth }, unknown);
  expect(await checkStack(rule, [gateway, policy])).toEqual({
    violations: [],
    undecided: "string value at .metadata.namespace can't be known during preview",
  });
});
