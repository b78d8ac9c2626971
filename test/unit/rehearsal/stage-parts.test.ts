import { expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { Model } from "../../../catalogue/types/index.ts";
import { serverFaults, slowStarts } from "../../../rehearsal/faults.ts";
import { definitionsIn } from "../../../rehearsal/definitions.ts";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { nodesWithPlugin } from "../../../rehearsal/nodes.ts";
import { factsOf, rolesOf } from "../../../rehearsal/roles.ts";
import { environmentOf } from "../../../rehearsal/router.ts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const pluginPod = (name: string, extra: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: {
    nodeName: `node-of-${name}`,
    containers: [{ name: "plugin", image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0" }],
  },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  ...extra,
});

test("only a pod of the device plugin that runs and is ready makes a node's GPUs allocatable", () => {
  const other = { nodeName: "other", containers: [{ name: "server", image: "vllm/vllm-openai:v0.22.0" }] };
  const pods = [
    pluginPod("running"),
    pluginPod("unready", { status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } }),
    pluginPod("pending", { status: { phase: "Pending" } }),
    pluginPod("leaving", { metadata: { name: "leaving", deletionTimestamp: "2026-01-01T00:00:00Z" } }),
    pluginPod("unscheduled", {
      spec: { containers: [{ name: "plugin", image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0" }] },
    }),
    pluginPod("another", { spec: other }),
  ];
  expect([...nodesWithPlugin(pods)]).toEqual(["node-of-running"]);
});

test("every image that the catalogue names has a role, and what it answers comes from the catalogue", () => {
  const roles = rolesOf(catalogue, () => Promise.reject(new Error("not here")), new Map());
  for (const { image } of catalogue.models.values())
    expect(roles.has(`${image.repository}:${image.tag}`), image.repository).toBe(true);
  expect(roles.get("vllm/vllm-openai:v0.22.0")?.isPrivate).toBe(false);
  expect(roles.get("nvcr.io/nim/mit/boltz2:1.6.0")?.isPrivate).toBe(true);
});

const serverPod = (image: string, args: readonly string[] = []): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "server" },
  spec: { containers: [{ name: "server", image, args }] },
});

test("what a server answers comes from the catalogue's row of its image", () => {
  expect(factsOf(serverPod("nvcr.io/nim/mit/boltz2:1.6.0"), catalogue)).toEqual({
    runtime: catalogue.runtimes["nim-1"],
    healthPath: null,
    api: "rest",
    paths: ["/biology/mit/boltz2/predict"],
  });
  expect(factsOf(serverPod("example.com/unknown:1.0"), catalogue)).toBeUndefined();
});

test("models that share an image are told apart by the weights that the pod names", () => {
  const chat = catalogue.models.get("fin-r1");
  if (!chat) throw new Error("fin-r1 is not in the catalogue");
  const embeddings: Model = {
    ...chat,
    id: "embedder",
    huggingFace: "ORG/embedder",
    api: { kind: "embeddings", paths: ["/v1/embeddings"] },
  };
  const both = {
    ...catalogue,
    models: new Map([
      ["embedder", embeddings],
      ["fin-r1", chat],
    ]),
  };
  const image = "vllm/vllm-openai:v0.22.0";
  expect(factsOf(serverPod(image, ["--model", "ORG/embedder"]), both)?.api).toBe("embedding");
  expect(factsOf(serverPod(image, ["--model", "SUFE-AIFLM-Lab/Fin-R1"]), both)?.api).toBe("chat");
});

test("models that share an image without naming weights are told apart by their variables", () => {
  const image = "nvcr.io/nim/nvidia/cosmos3:2.0.0";
  const sharing = [...catalogue.models.values()].filter((one) => `${one.image.repository}:${one.image.tag}` === image);
  expect(sharing.map(({ api }) => api.kind).sort()).toEqual(["chat", "rest"]);
  for (const { env, api } of sharing) {
    const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
    const pod = { ...serverPod(image), spec: { containers: [{ name: "server", image, env: variables }] } };
    expect(factsOf(pod, catalogue)?.api).toBe(api.kind);
  }
});

test("models that nothing tells apart: a server of their image answers on the paths of all", () => {
  const triton = catalogue.models.get("fraud-gnn-xgboost");
  if (!triton) throw new Error("fraud-gnn-xgboost is not in the catalogue");
  const image = { repository: "registry.example.eu/triton", tag: "1.0" };
  const models = ["a", "b"].map((id): readonly [string, Model] => [
    id,
    { ...triton, id, image, api: { kind: "rest", paths: [`/v2/models/${id}/infer`] } },
  ]);
  expect(
    factsOf(serverPod("registry.example.eu/triton:1.0"), { ...catalogue, models: new Map(models) })?.paths,
  ).toEqual(["/v2/models/a/infer", "/v2/models/b/infer"]);
});

test("the router gets the variables of its pod, fields filled in", () => {
  const env = [
    { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    { name: "PLAIN", value: "1" },
    { name: "SECRET", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
  ];
  const pod: KubeObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "router-1", namespace: "gateway" },
    spec: { containers: [{ env }] },
  };
  expect(environmentOf(pod)).toEqual({ NAMESPACE: "gateway", PLAIN: "1", SECRET: "" });
});

test("server faults go by the specialist's object name", () => {
  const faults = serverFaults([
    { kind: "silent-server", target: "llama-3-2-1b-instruct" },
    { kind: "failing-server", target: "boltz2" },
    { kind: "unlabelled-nodes" },
  ]);
  expect([...faults]).toEqual([
    ["llama-3-2-1b-instruct", "hang"],
    ["boltz2", "error"],
  ]);
  expect([
    ...slowStarts([{ kind: "slow-start", target: "llama-3-2-1b-instruct" }, { kind: "unlabelled-nodes" }]),
  ]).toEqual(["llama-3-2-1b-instruct"]);
});

test("definitions are found in every YAML file below a folder, other objects are left", () => {
  const folder = mkdtempSync(join(tmpdir(), "definitions-"));
  try {
    const crd = (name: string) =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\nspec: { not: [read\n`;
    mkdirSync(join(folder, "below"));
    writeFileSync(join(folder, "a.yaml"), `${crd("one")}---\n${crd("two")}---\n`);
    writeFileSync(join(folder, "below", "b.yaml"), `${crd("three")}---\nkind: ConfigMap\nmetadata: { name: other }\n`);
    writeFileSync(join(folder, "c.txt"), crd("four"));
    expect(definitionsIn(folder)).toEqual([
      { name: "one", yaml: crd("one") },
      { name: "two", yaml: `\n${crd("two")}` },
      { name: "three", yaml: crd("three") },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
