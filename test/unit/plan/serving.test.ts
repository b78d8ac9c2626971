import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { Model } from "../../../catalogue/types/index.ts";
import { egressOf } from "../../../plan/egress.ts";
import { deadlinesFor, estimateFor, servingOf } from "../../../plan/serving.ts";
import { modelWith } from "./support.ts";

const serving = (model: Model, changes: Partial<Parameters<typeof servingOf>[0]> = {}) =>
  servingOf({
    runtime: catalogue.runtimes[model.runtime],
    model,
    servedNames: [model.id, "alias"],
    context: 8_192,
    gpus: 1,
    revision: "unresolved",
    ...changes,
  });

test("vLLM takes everything by argument", () => {
  expect(serving(modelWith("fin-r1"))).toEqual({
    image: "vllm/vllm-openai:v0.22.0",
    args: [
      "--model",
      "SUFE-AIFLM-Lab/Fin-R1",
      "--served-model-name",
      "fin-r1",
      "alias",
      "--max-model-len",
      "8192",
      "--gpu-memory-utilization",
      "0.92",
    ],
    env: { HOME: "/home/vllm", VLLM_CACHE_ROOT: "/weights/.vllm", VLLM_NO_USAGE_STATS: "1", HF_HOME: "/weights" },
    secretEnv: {},
    imagePullCredential: null,
    port: 8_000,
    probes: { startup: "/health", readiness: "/health", liveness: "/health" },
    weightsPath: "/weights",
    writablePaths: ["/tmp", "/home/vllm"],
    readOnlyRoot: true,
    uid: 2_000,
    gid: 0,
    shmGiB: 4,
    estimate: { node: 210, imagePull: 300, fetch: 157, load: 20, compile: 80, container: 257 },
    deadlines: { startup: 1_200, progress: 1_860, wait: 1_920 },
  });
});

test("several GPUs and a revision are handed over where they are known", () => {
  expect(serving(modelWith("fin-r1"), { gpus: 2, revision: "0123abc" }).args).toEqual([
    "--model",
    "SUFE-AIFLM-Lab/Fin-R1",
    "--revision",
    "0123abc",
    "--served-model-name",
    "fin-r1",
    "alias",
    "--max-model-len",
    "8192",
    "--gpu-memory-utilization",
    "0.92",
    "--tensor-parallel-size",
    "2",
  ]);
});

test("NIM takes everything by variable", () => {
  const { args, env, secretEnv, imagePullCredential, readOnlyRoot } = serving(modelWith("llama-3-2-1b-instruct"));
  expect({ args, env, secretEnv, imagePullCredential, readOnlyRoot }).toEqual({
    args: [],
    env: {
      NIM_HTTP_API_PORT: "8000",
      NIM_SERVER_PORT: "8000",
      NIM_JSONL_LOGGING: "1",
      NIM_LOG_LEVEL: "INFO",
      OUTLINES_CACHE_DIR: "/tmp/outlines",
      NIM_CACHE_PATH: "/opt/nim/.cache",
      NIM_SERVED_MODEL_NAME: "llama-3-2-1b-instruct,alias",
      NIM_MAX_MODEL_LEN: "8192",
      NIM_KVCACHE_PERCENT: "0.9",
    },
    secretEnv: { NGC_API_KEY: "ngc", NGC_CLI_API_KEY: "ngc" },
    imagePullCredential: "ngc",
    readOnlyRoot: false,
  });
});

test("NIM 2.x takes the share of GPU memory as a variable and, for its vision-language images, as the engine's argument", () => {
  const { env } = serving(modelWith("llama-3-2-1b-instruct", { runtime: "nim-2" }), { gpus: 2 });
  expect(Object.entries(env).filter(([name]) => /MEM|KVCACHE|PASSTHROUGH|PARALLEL|MODEL_LEN/.test(name))).toEqual([
    ["NIM_PASSTHROUGH_ARGS", "--gpu-memory-utilization 0.9"],
    ["NIM_MAX_MODEL_LEN", "8192"],
    ["NIM_GPU_MEM_FRACTION", "0.9"],
    ["NIM_TENSOR_PARALLEL_SIZE", "2"],
  ]);
});

test.each([
  ["an embedding model has names, no limits", "llama-nemotron-embed-1b-v2", ["NIM_SERVED_MODEL_NAME"]],
  ["a model with its own API has neither", "boltz2", []],
])("%s", (_what, id, expected) => {
  const names = Object.keys(serving(modelWith(id)).env);
  expect(
    ["NIM_SERVED_MODEL_NAME", "NIM_MAX_MODEL_LEN", "NIM_KVCACHE_PERCENT"].filter((name) => names.includes(name)),
  ).toEqual(expected);
});

test("a model's own cache path and /dev/shm count before the runtime's", () => {
  const { weightsPath, env, shmGiB } = serving(modelWith("proteinmpnn", { shmGiB: 2 }));
  expect([weightsPath, env["NIM_CACHE_PATH"], shmGiB]).toEqual(["/home/nvs/.cache/nim", "/home/nvs/.cache/nim", 2]);
});

test.each(["unresolved", "image"])("the revision %j is no argument", (revision) => {
  expect(serving(modelWith("fin-r1"), { revision }).args).not.toContain("--revision");
});

describe("deadlines", () => {
  test.each([
    // fetch at 0.1 GiB/s, load at 1 GiB/s, compile 290 s; half as much again, in steps of 30 s
    [20, 1_200],
    [46.3, 1_200],
    [46.4, 1_230],
    [100, 2_100],
    [500, 8_700],
  ])("%d GiB start within %d s", (diskGiB, startup) => {
    expect(deadlinesFor(diskGiB)).toEqual({ startup, progress: startup + 660, wait: startup + 720 });
  });
});

describe("the estimate of a start", () => {
  test("is fetch, load and compilation in the container, node and image pull before", () => {
    expect(estimateFor(100)).toEqual({
      node: 210,
      imagePull: 300,
      fetch: 787,
      load: 100,
      compile: 80,
      container: 967,
    });
  });

  test("lies within the deadlines, whatever the size", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5_000, noNaN: true }), (diskGiB) => {
        const { node, imagePull, container } = estimateFor(diskGiB);
        const { startup, progress } = deadlinesFor(diskGiB);
        expect(container).toBeLessThan(startup);
        expect(node + imagePull + container).toBeLessThan(progress);
      }),
    );
  });
});

test.each([
  ["fin-r1", "weights SUFE-AIFLM-Lab/Fin-R1 from Hugging Face"],
  ["boltz2", "model files of the image from NGC"],
])("%s opens connections to the internet only, never to metadata or private networks", (id, reason) => {
  expect(egressOf(modelWith(id), catalogue.runtimes[modelWith(id).runtime])).toEqual([
    {
      reason,
      cidr: "0.0.0.0/0",
      except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
      port: 443,
    },
  ]);
});
