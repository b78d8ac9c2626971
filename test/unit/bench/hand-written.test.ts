import { expect, test } from "vitest";
import { handWritten, previewed } from "../../../bench/hand-written.ts";

const urn = (type: string, name: string) => `urn:pulumi:local::polymath::${type}::${name}`;
const cluster = urn("polymath:index:ModelCluster", "cluster");
const provider = urn("polymath:index:ModelCluster$pulumi:providers:kubernetes", "cluster-kubernetes");
const secret = urn("kubernetes:core/v1:Secret", "key");
const route = urn("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "route");

const step = (newState: object) => ({ op: "create", newState });
const preview = JSON.stringify({
  steps: [
    step({
      urn: route,
      type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      custom: true,
      inputs: { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name: "route" } },
      parent: cluster,
      provider: `${provider}::04da6b54`,
      dependencies: [secret, provider],
      customTimeouts: { create: 90 },
    }),
    step({
      urn: secret,
      type: "kubernetes:core/v1:Secret",
      custom: true,
      inputs: { apiVersion: "v1", kind: "Secret", metadata: { name: "key" }, stringData: "[secret]" },
      provider: `${provider}::04da6b54`,
    }),
    step({
      urn: provider,
      type: "pulumi:providers:kubernetes",
      custom: true,
      inputs: { __internal: {}, enableServerSideApply: "true", kubeconfig: "[secret]", version: "4.34.2" },
      parent: cluster,
    }),
    step({ urn: cluster, type: "polymath:index:ModelCluster", custom: false }),
    step({ urn: urn("pulumi:pulumi:Stack", "polymath-local"), type: "pulumi:pulumi:Stack", custom: false }),
  ],
});

test("a program of literals: what is used comes first, secrets stay secrets, unknown kinds are custom resources", () => {
  const text = handWritten(previewed(preview), { host: "models.example" }, (path) => path === "core.v1.Secret");
  expect(text).toBe(`import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
const { kubeconfig } = JSON.parse(readFileSync(process.env.POLYMATH_REHEARSAL, "utf8"));
const resource0 = new pulumi.ComponentResource("polymath:index:ModelCluster", "cluster", {}, {  });
const resource1 = new kubernetes.Provider("cluster-kubernetes", { "enableServerSideApply": true, "kubeconfig": pulumi.secret(kubeconfig) }, { parent: resource0 });
const resource2 = new kubernetes.core.v1.Secret("key", { "apiVersion": "v1", "kind": "Secret", "metadata": {"name":"key"}, "stringData": pulumi.secret({ value: "hand-written" }) }, { provider: resource1 });
const resource3 = new kubernetes.apiextensions.CustomResource("route", { "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name":"route"} }, { parent: resource0, provider: resource1, dependsOn: [resource2, resource1], customTimeouts: {"create":"90s"} });
export const host = "models.example";
`);
});

test("two previews of one program are equal although the engine lists dependencies in any order", () => {
  const turned = preview.replace(JSON.stringify([secret, provider]), JSON.stringify([provider, secret]));
  expect(turned).not.toBe(preview);
  expect(previewed(turned)).toEqual(previewed(preview));
});
