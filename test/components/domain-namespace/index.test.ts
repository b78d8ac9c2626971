import { expect, test } from "vitest";
import type { DomainNamespaceArgs } from "../../../components/domain-namespace/index.ts";
import { childrenOf, named, record } from "../support.ts";

const declare = (credentials: DomainNamespaceArgs["credentials"], said: Pick<DomainNamespaceArgs, "governance"> = {}) =>
  record(async () => {
    const { DomainNamespace } = await import("../../../components/domain-namespace/index.ts");
    const { WeightStore } = await import("../../../components/weight-store/index.ts");
    const args = { namespace: "lab-law", environment: "lab", domain: "law", credentials, ...said };
    const { namespace } = new DomainNamespace("home", args);
    return new WeightStore("user", { namespace, claim: "weights", sizeGiB: 1, accessMode: "ReadWriteOnce" });
  });

test("enforces restricted Pod Security and denies all traffic", async () => {
  const registrations = await declare({});
  expect(childrenOf(registrations, "home")).toEqual([
    "kubernetes:networking.k8s.io/v1:NetworkPolicy home-default-deny",
    "kubernetes:core/v1:Namespace home-namespace",
  ]);
  expect(named(registrations, "home-namespace").inputs["metadata"]).toEqual({
    name: "lab-law",
    labels: {
      "pod-security.kubernetes.io/enforce": "restricted",
      "polymath.dev/domain": "law",
      "polymath.dev/environment": "lab",
    },
  });
  const { inputs, dependsOn } = named(registrations, "home-default-deny");
  expect({ metadata: inputs["metadata"], spec: inputs["spec"], dependsOn }).toEqual({
    metadata: { name: "default-deny", namespace: "lab-law" },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    dependsOn: ["home-namespace"],
  });
});

test("says what may be sent to the domain and under which rules", async () => {
  const metadataWith = async (governance: DomainNamespaceArgs["governance"]) => {
    const registrations = await declare({}, governance && { governance });
    return named(registrations, "home-namespace").inputs["metadata"];
  };
  const labels = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "polymath.dev/domain": "law",
    "polymath.dev/environment": "lab",
  };
  expect(
    await metadataWith({
      dataClasses: ["public", "export-controlled"],
      regulations: ["gdpr", "eu-ai-act-high-risk"],
      externalProviders: false,
      humanReview: true,
    }),
  ).toEqual({
    name: "lab-law",
    labels: { ...labels, "polymath.dev/external-providers": "none", "polymath.dev/human-review": "required" },
    annotations: {
      "polymath.dev/data-classes": "public,export-controlled",
      "polymath.dev/regulations": "gdpr,eu-ai-act-high-risk",
    },
  });
  expect(
    await metadataWith({ dataClasses: ["public"], regulations: [], externalProviders: true, humanReview: false }),
  ).toEqual({
    name: "lab-law",
    labels: { ...labels, "polymath.dev/external-providers": "allowed", "polymath.dev/human-review": "none" },
    annotations: { "polymath.dev/data-classes": "public", "polymath.dev/regulations": "" },
  });
});

test("a credential becomes a Secret, and one for pulls where it opens a registry; both stay secret", async () => {
  const registrations = await declare({ ngc: "ngc-key", "hugging-face": "hf-key" });
  const secrets = registrations.filter(({ type }) => type === "kubernetes:core/v1:Secret");
  expect(secrets.map(({ name, inputs, secrets: paths, dependsOn }) => ({ name, inputs, paths, dependsOn }))).toEqual([
    {
      name: "home-hugging-face",
      inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "credential-hugging-face", namespace: "lab-law" },
        stringData: { value: "hf-key" },
      },
      paths: ["stringData"],
      dependsOn: ["home-namespace"],
    },
    {
      name: "home-ngc",
      inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "credential-ngc", namespace: "lab-law" },
        stringData: { value: "ngc-key" },
      },
      paths: ["stringData"],
      dependsOn: ["home-namespace"],
    },
    {
      name: "home-ngc-pull",
      inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "pull-ngc", namespace: "lab-law" },
        type: "kubernetes.io/dockerconfigjson",
        stringData: {
          ".dockerconfigjson":
            '{"auths":{"nvcr.io":{"username":"$oauthtoken","password":"ngc-key","auth":"JG9hdXRodG9rZW46bmdjLWtleQ=="}}}',
        },
      },
      paths: ["stringData"],
      dependsOn: ["home-namespace"],
    },
  ]);
});

test("who uses its name waits for the policy and the credentials", async () => {
  const registrations = await declare({ ngc: "ngc-key" });
  expect(named(registrations, "user-claim").dependsOn).toEqual([
    "home-default-deny",
    "home-namespace",
    "home-ngc",
    "home-ngc-pull",
  ]);
});
