import { setTimeout as sleep } from "node:timers/promises";
import { labels as kitLabels } from "../../plan/names.ts";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { conditionsOf, numberField, textField } from "../kube/fields.ts";
import type { Verdict } from "./report.ts";

/** Something that the plan promises for the environment as a whole, and whether it held. */
export type Check = Verdict & { readonly what: string };

/** Tries until there is something, or the patience is over. An API server that does not answer is tried again. */
async function until<T>(look: () => Promise<T | undefined>, patienceSeconds: number): Promise<T | undefined> {
  const end = performance.now() + patienceSeconds * 1000;
  for (;;) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof KubeError) return undefined;
      throw error;
    });
    if (found !== undefined || performance.now() > end) return found;
    await sleep(250);
  }
}

const checked = (what: string, seen: string | undefined, patienceSeconds: number): Check =>
  seen === undefined ? { what, kept: false, why: `not within ${patienceSeconds} s` } : { what, kept: true, why: seen };

const name = "polymath-drill";
const labels = { [kitLabels.component]: name };

/** Asks for no pod, so that nothing but the controller is needed. */
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name, image: name }] } },
  },
};

/** No node has the label, so the scheduler has to say so, and nothing is ever started. */
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { nodeSelector: labels, containers: [{ name, image: name }] },
};

/** Whether controllers act again after the API server was away: on objects of the drill's own, which are gone afterwards. */
export async function controllersAct(client: KubeClient, patienceSeconds: number): Promise<readonly Check[]> {
  const tried = async (collection: string, body: unknown, look: (object: KubeObject) => true | undefined) => {
    const path = `${collection}/${name}`;
    const make = async () => (await client.find(path)) ?? client.request("POST", collection, { body });
    await until(make, patienceSeconds);
    const seen = await until(async () => look(await client.request("GET", path)), patienceSeconds);
    await until(() => client.request("DELETE", path, { body: { gracePeriodSeconds: 0 } }), patienceSeconds);
    return seen;
  };
  const managed = await tried("/apis/apps/v1/namespaces/default/deployments", deployment, (object) =>
    numberField(object, "status", "observedGeneration") === undefined ? undefined : true,
  );
  const scheduled = await tried("/api/v1/namespaces/default/pods", pod, (object) =>
    conditionsOf(object).some(({ type }) => type === "PodScheduled") ? true : undefined,
  );
  return [
    checked("The controller manager acts again", managed && "it looked at a new Deployment", patienceSeconds),
    checked("The scheduler acts again", scheduled && "it looked at a new pod", patienceSeconds),
  ];
}

const gpus = (node: KubeObject) => Number(textField(node, "status", "allocatable", "nvidia.com/gpu") ?? 0);

/** Whether every node of a pool offers GPUs. */
export async function gpusOffered(client: KubeClient, patienceSeconds: number): Promise<Check> {
  const look = async () => {
    const { items } = await client.list("/api/v1/nodes");
    const nodes = items.filter(({ metadata }) => metadata.labels?.[kitLabels.pool] !== undefined);
    return nodes.every((node) => gpus(node) > 0) ? `on ${nodes.length} nodes` : undefined;
  };
  return checked("GPUs are allocatable again", await until(look, patienceSeconds), patienceSeconds);
}
