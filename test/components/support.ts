import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { catalogue } from "../../catalogue/index.ts";
import { loadEnvironment } from "../../config/load.ts";
import { readLock } from "../../plan/lock.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { Serving } from "../../plan/serving.ts";
import type { GatewayPlan, Plan } from "../../plan/types.ts";
import { startRecorder, type RecorderOptions, type Registration } from "../support/mocks.ts";

/** Runs a program against the recorder. The program imports what it declares: mocks come first. */
export async function record(
  program: () => Promise<unknown>,
  options: RecorderOptions = {},
): Promise<readonly Registration[]> {
  const recorder = await startRecorder(options);
  await program();
  return recorder.settle();
}

/** The registration of that name. @throws Error naming those that are there. */
export function named(registrations: readonly Registration[], name: string): Registration {
  const found = registrations.find((one) => one.name === name);
  if (!found) throw new Error(`No ${name}; there are ${registrations.map((one) => one.name).join(", ")}`);
  return found;
}

/** Type and name of everything below a component, in order of names. */
export const childrenOf = (registrations: readonly Registration[], parent: string): readonly string[] =>
  registrations.filter((one) => one.parent === parent).map(({ type, name }) => `${type} ${name}`);

const podSpecSchema = z.looseObject({
  containers: z.array(z.record(z.string(), z.unknown())),
  volumes: z.array(z.record(z.string(), z.unknown())).optional(),
});
const templated = z.object({ spec: z.object({ template: z.object({ spec: podSpecSchema }) }) });

/** The pod spec of a Deployment or DaemonSet. */
export const podSpecOf = ({ inputs }: Registration): z.infer<typeof podSpecSchema> =>
  templated.parse(inputs).spec.template.spec;

/** A value that no preview knows: a property of an object on a cluster that is not there yet. */
export const unknownText = (name: string): pulumi.Output<string> =>
  new kubernetes.core.v1.ConfigMap(name, { data: {} }).data.apply((data) => data["text"] ?? "");

/** What a vLLM container of one GPU needs, with figures that tell one field from another. */
export const serving: Serving = {
  image: "vllm/vllm-openai:v0.22.0",
  args: ["--model", "SUFE-AIFLM-Lab/Fin-R1"],
  env: { HF_HOME: "/weights" },
  secretEnv: { HF_TOKEN: "hugging-face" },
  imagePullCredential: null,
  port: 8000,
  probes: { startup: "/startup", readiness: "/ready", liveness: "/live" },
  weightsPath: "/weights",
  writablePaths: ["/tmp", "/home/vllm"],
  readOnlyRoot: true,
  uid: 2000,
  gid: 0,
  shmGiB: 4,
  estimate: { node: 201, imagePull: 302, fetch: 103, load: 14, compile: 85, container: 202 },
  deadlines: { startup: 1205, progress: 1865, wait: 1925 },
};

/** A gateway with one chat specialist and one with an API of its own. */
export const gateway: GatewayPlan = {
  namespace: "models-gateway",
  name: "gateway",
  className: "models",
  host: "models.example.test",
  clients: ["web", "batch"],
  models: [
    {
      specialist: "fin-r1",
      names: ["fin-r1", "finance"],
      namespace: "models-finance",
      service: "fin-r1",
      port: 8000,
      timeoutSeconds: 600,
    },
  ],
  paths: [
    {
      specialist: "boltz2",
      path: "/biology/mit/boltz2/predict",
      target: "/biology/mit/boltz2/predict",
      match: "exact",
      namespace: "models-biology",
      service: "boltz2",
      port: 8001,
      timeoutSeconds: 1800,
    },
  ],
  external: [],
};

const stacks = join(import.meta.dirname, "..", "..", "stacks");

/** The plan of an environment of this project, as of a fixed day. */
export const planOf = (environment: string): Plan =>
  makePlan({
    environment: loadEnvironment(stacks, environment),
    catalogue,
    lock: readLock(stacks, environment),
    today: "2026-11-23",
  });

/** A secret for each key, recognisable wherever it turns up. */
export const secretOf = (key: string): pulumi.Output<string> => pulumi.secret(`value-of-${key}`);

/** Edges such as a rehearsal sets them. */
export const edges = {
  kubeconfig: "kubeconfig-of-a-rehearsal",
  envoyProxy: { name: "rehearsal", namespace: "envoy-gateway-system" },
  zones: [
    { zone: "lab-1a", region: "lab-1" },
    { zone: "lab-1b", region: "lab-1" },
  ],
};
