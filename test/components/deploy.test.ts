import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { deploy } from "../../components/deploy.ts";
import type { Edges } from "../../components/edges.ts";
import type { ExternalRoutePlan, Plan } from "../../plan/types.ts";
import { startRecorder, type RecorderOptions, type Registration } from "../support/mocks.ts";
import { childrenOf, edges, named, planOf, record, secretOf } from "./support.ts";

const outward: ExternalRoutePlan = {
  provider: "bedrock-nova-2-lite",
  objectName: "external-bedrock-nova-2-lite",
  domain: "proprietary",
  host: "bedrock-runtime.eu-central-1.amazonaws.com",
  port: 443,
  api: "rest",
  model: "nova",
  names: [],
  paths: [{ path: "/model/nova/converse", target: "/model/nova/converse", dialect: "converse" }],
  credential: "bedrock",
  timeoutSeconds: 600,
};

let local: Plan;
beforeAll(() => {
  local = planOf("local");
});

const deployed = (plan: Plan, given: Edges | undefined = edges, options: RecorderOptions = {}) =>
  record(() => Promise.resolve(deploy(plan, secretOf, given)), options);

/** The local plan on a cluster that is there already. */
const existing = (cluster: Partial<Extract<Plan["cluster"], { kind: "existing" }>> = {}): Plan => ({
  ...local,
  cluster: { kind: "existing", ...cluster },
});

const withReplicas = (name: string, replicas: number): Plan => ({
  ...local,
  specialists: local.specialists.map((one) => (one.name === name ? { ...one, replicas } : one)),
});

const shapesOf = (registrations: readonly Registration[]) =>
  registrations.map(({ type, name, parent, inputs }) => ({ type, name, parent, inputs }));

describe("an environment", () => {
  test("gives out its host, its specialists and its price", async () => {
    const recorder = await startRecorder();
    const outputs = deploy(local, secretOf, edges);
    await recorder.settle();
    expect(outputs).toEqual({
      host: "models.polymath.test",
      specialists: local.specialists.map(({ name, namespace, pool }) => ({ name, namespace, pool })),
      usdPerHour: local.cost.usdPerHour,
    });
  });

  test("has one component for each part of its plan", async () => {
    const components = (await deployed(local)).filter(({ parent }) => parent === "");
    expect(components.map(({ name }) => name)).toEqual(
      [
        "cluster",
        "device-plugin",
        "ingress",
        ...local.namespaces.map(({ domain }) => `domain-${domain}`),
        ...local.pools.map(({ name }) => `pool-${name}`),
        ...local.specialists.flatMap(({ objectName }) => [`specialist-${objectName}`, `weights-${objectName}`]),
      ].sort(),
    );
  });

  test("hands each external provider's credential to the gateway, and to nothing else", async () => {
    const twin = { ...outward, provider: "twin", objectName: "external-twin" };
    const registrations = await deployed({ ...local, gateway: { ...local.gateway, external: [outward, twin] } });
    const holding = registrations.filter(({ inputs }) => JSON.stringify(inputs).includes("value-of-bedrock"));
    expect(holding.map(({ name, inputs, secrets }) => [name, inputs["stringData"], secrets])).toEqual([
      ["ingress-external-bedrock", { credential: "Bearer value-of-bedrock" }, ["stringData"]],
    ]);
  });

  test("puts everything on its own cluster", async () => {
    const onCluster = (await deployed(local)).filter(({ type }) => type.startsWith("kubernetes:"));
    expect(onCluster.filter(({ provider }) => provider !== "cluster-kubernetes")).toEqual([]);
  });

  test("lets a specialist's pods wait for their weights, namespace, credentials and policies", async () => {
    expect(named(await deployed(local), "specialist-boltz2-deployment").dependsOn).toEqual([
      "domain-biology-default-deny",
      "domain-biology-namespace",
      "domain-biology-ngc",
      "domain-biology-ngc-pull",
      "specialist-boltz2-account",
      "specialist-boltz2-network-policy",
      "weights-boltz2-claim",
    ]);
  });

  test("gives a domain the credentials of its own specialists only", async () => {
    const registrations = await deployed(local);
    const secretsIn = (domain: string) =>
      childrenOf(registrations, `domain-${domain}`).filter((child) => child.startsWith("kubernetes:core/v1:Secret"));
    expect({ biology: secretsIn("biology"), finance: secretsIn("finance"), medicine: secretsIn("medicine") }).toEqual({
      biology: ["kubernetes:core/v1:Secret domain-biology-ngc", "kubernetes:core/v1:Secret domain-biology-ngc-pull"],
      finance: [],
      medicine: ["kubernetes:core/v1:Secret domain-medicine-hugging-face"],
    });
  });

  test("with a second replica differs by that replica, its disruption budget and its spread", async () => {
    const [one, two] = [await deployed(withReplicas("fin-r1", 1)), await deployed(withReplicas("fin-r1", 2))];
    const before = new Set(one.map((registration) => JSON.stringify(shapesOf([registration]))));
    const changed = two.filter((registration) => !before.has(JSON.stringify(shapesOf([registration]))));
    expect(changed.map(({ name }) => name)).toEqual([
      "specialist-fin-r1-deployment",
      "specialist-fin-r1-disruption-budget",
    ]);
    expect(two.length).toBe(one.length + 1);
    expect(changed[0]?.inputs["spec"]).toMatchObject({
      replicas: 2,
      template: {
        spec: {
          topologySpreadConstraints: [
            { topologyKey: "topology.kubernetes.io/zone" },
            { topologyKey: "kubernetes.io/hostname" },
          ],
        },
      },
    });
  });

  test("without clients has no keys and no authentication", async () => {
    const registrations = await deployed({ ...local, gateway: { ...local.gateway, clients: [] } });
    expect(registrations.filter(({ name }) => ["ingress-security", "ingress-api-keys"].includes(name))).toEqual([]);
  });

  test("with a specialist in a domain that it has not says so", async () => {
    const recorder = await startRecorder();
    const plan: Plan = { ...local, namespaces: local.namespaces.filter(({ domain }) => domain !== "law") };
    expect(() => deploy(plan, secretOf, edges)).toThrow(
      "The plan has a specialist in the domain law but no namespace for it",
    );
    await recorder.settle();
  });
});

describe("its cluster", () => {
  test("of kind rehearsal is refused outside of one, before anything is declared", async () => {
    const recorder = await startRecorder();
    expect(() => deploy(local, secretOf)).toThrow(
      new pulumi.RunError(
        'The cluster of environment "local" exists only inside a rehearsal. Run: npm run rehearse -- local, or set polymath:cluster to { kind: existing }.',
      ),
    );
    expect(() => deploy(local, secretOf)).toThrow(pulumi.RunError);
    expect(await recorder.settle()).toEqual([]);
  });

  test("of kind existing is reached as the plan says, and nobody makes its nodes", async () => {
    const registrations = await record(() =>
      Promise.resolve(deploy(existing({ context: "prod", kubeconfig: "/etc/kubeconfig" }), secretOf)),
    );
    expect(named(registrations, "cluster-kubernetes").inputs).toEqual({
      clusterIdentifier: "local",
      context: "prod",
      enableServerSideApply: "true",
      kubeconfig: "/etc/kubeconfig",
    });
    expect(registrations.filter(({ type }) => type === "kubernetes:core/v1:Node")).toEqual([]);
    expect(named(registrations, "ingress-class").inputs["spec"]).toEqual({
      controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
    });
  });

  test("gives way to a rehearsal's edges, and nothing else does", async () => {
    const rehearsed = await deployed(existing({ context: "prod", kubeconfig: "/etc/kubeconfig" }));
    expect(named(rehearsed, "cluster-kubernetes").inputs).toEqual({
      clusterIdentifier: "local",
      enableServerSideApply: "true",
      kubeconfig: "kubeconfig-of-a-rehearsal",
    });
    const real = await record(() => Promise.resolve(deploy(existing(), secretOf)));
    const unchanged = new Set(real.map((registration) => JSON.stringify(shapesOf([registration]))));
    const substituted = rehearsed.filter((registration) => !unchanged.has(JSON.stringify(shapesOf([registration]))));
    expect(substituted.filter(({ type }) => type !== "kubernetes:core/v1:Node").map(({ name }) => name)).toEqual([
      "cluster-kubernetes",
      "ingress-class",
    ]);
    expect(substituted.length).toBe(2 + local.pools.reduce((sum, { nodes }) => sum + nodes, 0));
  });

  test("with another kubeconfig changes nothing but the provider", async () => {
    const besideProvider = async (kubeconfig: string) =>
      shapesOf(await deployed(local, { ...edges, kubeconfig })).filter(({ name }) => name !== "cluster-kubernetes");
    expect(await besideProvider("renewed")).toEqual(await besideProvider("of-yesterday"));
  });

  test("that is not there yet previews the same resources as the update that follows", async () => {
    const first = await deployed(local, edges, { preview: true, clusterKnown: false });
    expect(shapesOf(first)).toEqual(shapesOf(await deployed(local)));
  });
});

describe("secrets", () => {
  const forms = (key: string) => {
    const value = `value-of-${key}`;
    return [value, Buffer.from(value).toString("base64").replaceAll("=", "")];
  };

  test("are what the plan needs, each in Secrets alone and marked secret there", async () => {
    const registrations = await deployed(local);
    const isHolder = (registration: Registration, key: string) => {
      const text = JSON.stringify(registration);
      return forms(key).some((form) => text.includes(form));
    };
    const holders = Object.fromEntries(
      local.secrets.map(({ key }) => [key, registrations.filter((one) => isHolder(one, key))]),
    );
    expect(Object.keys(holders).sort()).toEqual(["client-demo", "hugging-face", "ngc"]);
    const all = Object.values(holders).flat();
    expect(all.filter(({ type }) => type !== "kubernetes:core/v1:Secret")).toEqual([]);
    expect(all.filter(({ secrets }) => secrets.join(" ") !== "stringData")).toEqual([]);
    expect(holders["client-demo"]?.map(({ name }) => name)).toEqual(["ingress-api-keys"]);
    expect(all.filter((one) => JSON.stringify({ ...one, inputs: {} }).includes("value-of-"))).toEqual([]);
  });

  test("nobody asks for one that the plan does not name", async () => {
    const asked = new Set<string>();
    const source = (key: string) => {
      asked.add(key);
      return secretOf(key);
    };
    await record(() => Promise.resolve(deploy(local, source, edges)));
    expect([...asked].sort()).toEqual(local.secrets.map(({ key }) => key).sort());
  });
});
