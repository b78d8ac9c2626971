import { setTimeout as sleep } from "node:timers/promises";
import { test as base, expect } from "vitest";
import { z } from "zod";
import type { KubeClient, KubeObject } from "../../../../rehearsal/kube/client.ts";
import { type Cluster, startCluster } from "../../../support/cluster.ts";
import { createProgram, pluginUnderTest, type Run } from "../../../support/program.ts";

/** Counts of the engine's own summary: `{ created: 3 }`, in a preview `{ "to create": 3 }`. The stack itself counts as one. */
type Changes = Readonly<Record<string, number>>;

interface Outcome extends Run {
  readonly changes: Changes;
}

/** What the checkpoint holds of a resource. */
const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  initErrors: z.array(z.string()).default([]),
});
const checkpointSchema = z.object({
  checkpoint: z.object({
    latest: z
      .object({
        resources: z.array(resourceSchema).default([]),
        pending_operations: z.array(z.unknown()).default([]),
      })
      .prefault({}),
  }),
});
type State = z.infer<typeof checkpointSchema>["checkpoint"]["latest"];
type StateResource = State["resources"][number];

/** A stack of its own for one test, and a namespace of its own for its objects. */
export interface Stack {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  readonly namespace: string;
  /** The program's folder. */
  readonly folder: string;
  /**
   * Replaces the program. In reach are `k8s`, `pulumi`, the test's `namespace`, and `workload(name, options)`, the arguments of a Deployment
   * and its like with one container.
   */
  readonly write: (body: string) => void;
  /** Runs `pulumi ARGS`, whatever comes of it. */
  readonly run: (args: readonly string[], interrupt?: AbortSignal) => Promise<Outcome>;
  /** Runs a command that must succeed; `up`, `refresh` and `destroy` without asking. */
  readonly pulumi: (...args: readonly string[]) => Promise<Outcome>;
  /** Runs a command that must fail. */
  readonly failing: (...args: readonly string[]) => Promise<Outcome>;
  readonly usePlugin: (path: string) => void;
  /** The newest checkpoint. */
  readonly state: () => State;
  /** A resource of the newest checkpoint by its name in the program; undefined where it is not there. */
  readonly resource: (name: string) => StateResource | undefined;
  readonly path: (apiVersion: string, kind: string, name?: string) => Promise<string>;
  /** A live object of the test's namespace, or of the whole cluster where its kind is; undefined where it is not there. */
  readonly find: (apiVersion: string, kind: string, name: string) => Promise<KubeObject | undefined>;
  /** Like `find`, for what must be there. */
  readonly live: (apiVersion: string, kind: string, name: string) => Promise<KubeObject>;
  readonly list: (apiVersion: string, kind: string) => Promise<KubeObject[]>;
  /** Puts an object of somebody else into the test's namespace. */
  readonly create: (object: {
    apiVersion: string;
    kind: string;
    metadata: object;
    [field: string]: unknown;
  }) => Promise<KubeObject>;
  /** Changes a live object as another field manager, by a merge patch. */
  readonly patchAs: (manager: string, apiVersion: string, kind: string, name: string, patch: object) => Promise<void>;
}

const unattended: Readonly<Record<string, readonly string[]>> = {
  up: ["--yes", "--skip-preview"],
  refresh: ["--yes", "--skip-preview"],
  destroy: ["--yes", "--skip-preview"],
};

/** The lines below "Resources:", which the engine alone writes. */
export function changesOf(output: string): Changes {
  const block = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
  const counts = [...block.matchAll(/(\d+) ([a-z]+(?: [a-z]+)*)/g)].map(
    ([, count, word = ""]) => [word, Number(count)] as const,
  );
  return Object.fromEntries(counts.filter(([word]) => word !== "changes" && word !== "change"));
}

const helpers = `
const workload = (name, { replicas = 1, labels = {}, metadata = {}, container = {}, pod = {}, spec = {} } = {}) => ({
  metadata: { name, namespace, ...metadata },
  spec: { replicas, selector: { matchLabels: { app: name } }, ...spec, template: {
    metadata: { labels: { app: name, ...labels } },
    spec: { containers: [{ name: "main", image: "registry.example/web:1", ...container }], ...pod },
  } },
});
`;

// Read once, so that a wrong path ends the suite before anything starts.
const plugin = pluginUnderTest();

let namespaces = 0;

async function createStack(cluster: Cluster): Promise<Stack & { readonly stop: () => Promise<void> }> {
  const { client } = cluster;
  namespaces += 1;
  const namespace = `test-${namespaces}`;
  await client.request("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  const program = await createProgram(cluster.kubeconfig, {}, plugin);
  const run = async (args: readonly string[], interrupt?: AbortSignal): Promise<Outcome> => {
    const [command = "", ...more] = args;
    const { code, output } = await program.pulumi([command, ...(unattended[command] ?? []), ...more], interrupt);
    return { code, output, changes: changesOf(output) };
  };
  const path: Stack["path"] = (apiVersion, kind, name) => client.pathOf(apiVersion, kind, namespace, name);
  const find: Stack["find"] = async (apiVersion, kind, name) => client.find(await path(apiVersion, kind, name));
  const state = () => checkpointSchema.parse(JSON.parse(program.stateFile())).checkpoint.latest;
  // Pods are refused until their namespace has its service account.
  while ((await find("v1", "ServiceAccount", "default")) === undefined) await sleep(50);
  return {
    cluster,
    client,
    namespace,
    folder: program.folder,
    write: (body) => program.write(`const namespace = "${namespace}";${helpers}${body}`),
    run,
    pulumi: async (...args) => {
      const outcome = await run(args);
      expect(outcome.code, outcome.output).toBe(0);
      return outcome;
    },
    failing: async (...args) => {
      const outcome = await run(args);
      expect(outcome.code, outcome.output).not.toBe(0);
      return outcome;
    },
    usePlugin: program.usePlugin,
    state,
    resource: (name) => state().resources.find(({ urn, id }) => urn.endsWith(`::${name}`) && id !== undefined),
    path,
    find,
    live: async (apiVersion, kind, name) => client.request("GET", await path(apiVersion, kind, name)),
    list: async (apiVersion, kind) => (await client.list(await path(apiVersion, kind))).items,
    create: async (object) => client.request("POST", await path(object.apiVersion, object.kind), { body: object }),
    patchAs: async (manager, apiVersion, kind, name, patch) => {
      await client.request("PATCH", await path(apiVersion, kind, name), {
        query: { fieldManager: manager },
        contentType: "application/merge-patch+json",
        body: patch,
      });
    },
    stop: async () => {
      program.stop();
      // Nobody waits for it: the next test has another one.
      await client.request("DELETE", `/api/v1/namespaces/${namespace}`);
    },
  };
}

/** One cluster for the whole suite; a stack and a namespace of its own for each test. */
export const test = base
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs.
  .extend("cluster", { scope: "file" }, async ({}, { onCleanup }) => {
    const cluster = await startCluster({
      nodes: { "node-1": { cpu: "64", memory: "256Gi", pods: "500", "nvidia.com/gpu": "2" } },
    });
    onCleanup(() => cluster.stop());
    return cluster;
  })
  .extend("stack", async ({ cluster }, { onCleanup }): Promise<Stack> => {
    const stack = await createStack(cluster);
    onCleanup(stack.stop);
    return stack;
  });

/** Lets the held pods of a workload run (`test/state: held`, see kwok-stages.yaml). */
export async function release({ client, namespace }: Stack, app: string): Promise<void> {
  const { items } = await client.list(`/api/v1/namespaces/${namespace}/pods`, { labelSelector: `app=${app}` });
  for (const { metadata } of items) {
    await client.request("PATCH", `/api/v1/namespaces/${namespace}/pods/${metadata.name}`, {
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { "test/state": null } } },
    });
  }
}

/** Waits until a Deployment has its pod. */
export const untilBegun = ({ find }: Stack, name: string) =>
  expect
    .poll(async () => (await find("apps/v1", "Deployment", name))?.status?.["replicas"], { timeout: 60_000 })
    .toBe(1);
