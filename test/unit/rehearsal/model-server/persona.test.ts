import { describe, expect, test } from "vitest";
import { catalogue } from "../../../../catalogue/index.ts";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";
import { personaOf, type ImageFacts } from "../../../../rehearsal/model-server/persona.ts";

const { runtimes } = catalogue;
const vllm: ImageFacts = {
  runtime: runtimes.vllm,
  healthPath: null,
  api: "chat",
  paths: ["/v1/chat/completions", "/v1/completions"],
};
const nim: ImageFacts = {
  runtime: runtimes["nim-1"],
  healthPath: null,
  api: "rest",
  paths: ["/biology/mit/boltz2/predict"],
};

const podWith = (container: Readonly<Record<string, unknown>>): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "fin-r1-7d9-x2x",
    namespace: "polymath-finance",
    labels: { "polymath.dev/specialist": "fin-r1", "polymath.dev/domain": "finance", "app.kubernetes.io/name": "vllm" },
  },
  spec: { nodeName: "gpu-l4-0", containers: [{ name: "server", image: "x", ...container }] },
});

test("a vLLM pod", () => {
  expect(personaOf(podWith({ args: ["--model", "/weights", "--served-model-name", "fin-r1"] }), vllm)).toEqual({
    specialist: "fin-r1",
    domain: "finance",
    runtime: "vllm",
    models: ["fin-r1"],
    answersAll: false,
    kind: "chat",
    restPaths: [],
    healthPaths: { live: "/health", ready: "/health" },
    pod: "fin-r1-7d9-x2x",
    namespace: "polymath-finance",
    node: "gpu-l4-0",
  });
});

test("a NIM with a REST path of its own", () => {
  const persona = personaOf(podWith({ env: [{ name: "NIM_SERVED_MODEL_NAME", value: "boltz2" }] }), nim);
  expect(persona.kind).toBe("rest");
  expect(persona.models).toEqual(["boltz2"]);
  expect(persona.restPaths).toEqual(["/biology/mit/boltz2/predict"]);
  expect(persona.healthPaths).toEqual({ live: "/v1/health/live", ready: "/v1/health/ready" });
});

test("paths of the OpenAI API are not REST paths", () => {
  const paths = ["/v1/infer", "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/ranking", "/v1/models"];
  expect(personaOf(podWith({}), { ...nim, api: "chat", paths }).restPaths).toEqual(["/v1/infer"]);
});

describe("served names of vLLM", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, readonly string[]])[] = [
    ["several", { args: ["--served-model-name", "a", "b", "c", "--port", "8000"] }, ["a", "b", "c"]],
    ["with an equals sign", { args: ["--served-model-name=a", "b"] }, ["a"]],
    ["with an equals sign in the name", { args: ["--served-model-name=a=b"] }, ["a=b"]],
    ["with underscores", { args: ["--served_model_name", "a"] }, ["a"]],
    ["given twice", { args: ["--served-model-name", "a", "b", "--served-model-name", "c"] }, ["c"]],
    ["in the command", { command: ["vllm", "serve", "org/m", "--served-model-name", "a"] }, ["a"]],
    ["split over command and args", { command: ["vllm", "--served-model-name"], args: ["a"] }, ["a"]],
    ["not given: the model", { args: ["--model", "org/m", "--port", "8000"] }, ["org/m"]],
    [
      "adapters",
      { args: ["--served-model-name", "a:base", "--lora-modules", "a=ORG/x", "a:y=ORG/y"] },
      ["a:base", "a", "a:y"],
    ],
    ["no word of a model", { args: ["--port", "8000"] }, []],
    ["a NIM's variable", { env: [{ name: "NIM_SERVED_MODEL_NAME", value: "a" }] }, []],
  ];
  test.each(cases)("%s", (_, container, models) => {
    expect(personaOf(podWith(container), vllm).models).toEqual(models);
  });
});

describe("served names of a NIM", () => {
  const variable = (value: string) => ({ name: "NIM_SERVED_MODEL_NAME", value });
  const secret = { name: "NGC_API_KEY", valueFrom: { secretKeyRef: { name: "ngc", key: "k" } } };
  const cases: readonly (readonly [string, readonly unknown[], readonly string[]])[] = [
    ["several", [secret, variable("a, b,,c ")], ["a", "b", "c"]],
    ["the last one counts", [variable("a"), variable("b")], ["b"]],
    ["empty", [variable("")], []],
    ["not given", [], []],
    ["from elsewhere", [{ name: "NIM_SERVED_MODEL_NAME", valueFrom: {} }], []],
  ];
  test.each(cases)("%s", (_, env, models) => {
    expect(personaOf(podWith({ env }), nim).models).toEqual(models);
  });
});

test("the served names come from the first container that has some", () => {
  const pod = podWith({});
  pod.spec = {
    nodeName: "n",
    containers: [{ name: "proxy" }, { name: "server", args: ["--served-model-name", "a"] }],
  };
  expect(personaOf(pod, vllm).models).toEqual(["a"]);
});

test("without the kit's own label the specialist is the app's name", () => {
  const pod = podWith({});
  pod.metadata.labels = { "app.kubernetes.io/name": "saul", "polymath.dev/domain": "law" };
  expect(personaOf(pod, vllm).specialist).toBe("saul");
});

test("everything that a pod lacks is told at once", () => {
  const pod = podWith({});
  delete pod.metadata.labels;
  pod.spec = { containers: [] };
  expect(() => personaOf(pod, vllm)).toThrow(
    new Error(
      "Pod polymath-finance/fin-r1-7d9-x2x has not got: a label polymath.dev/specialist (or app.kubernetes.io/name); " +
        "set it in the pod template; a label polymath.dev/domain; set it in the pod template; " +
        "a node; wait until the scheduler has placed it.",
    ),
  );
});

test("an object that is no pod", () => {
  const service: KubeObject = { apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "n" }, spec: {} };
  expect(() => personaOf(service, vllm)).toThrow(
    new Error(
      'Service n/s cannot be played by a model server: kind: Invalid input: expected "Pod"; ' +
        "spec.containers: Invalid input: expected array, received undefined.",
    ),
  );
});

test("an image that answers health on a path of its own", () => {
  const cuopt: ImageFacts = {
    runtime: runtimes.custom,
    healthPath: "/cuopt/health",
    api: "rest",
    paths: ["/cuopt/request"],
  };
  const { models, healthPaths } = personaOf(podWith({ args: ["--model", "x"] }), cuopt);
  expect(models).toEqual([]);
  expect(healthPaths).toEqual({ live: "/cuopt/health", ready: "/cuopt/health" });
});
