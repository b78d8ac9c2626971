import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { conditionsOf, field } from "./kube/fields.ts";

/** A custom resource definition: its name, and the YAML that the API server is sent. */
export interface Definition {
  readonly name: string;
  readonly yaml: string;
}

const headSchema = z.object({
  kind: z.literal("CustomResourceDefinition"),
  metadata: z.object({ name: z.string() }),
});

/** The part of a document that names it: schemas are megabytes, which the API server reads anyway. */
function headOf(yaml: string): unknown {
  const spec = yaml.search(/^spec:/m);
  return parse(spec === -1 ? yaml : yaml.slice(0, spec));
}

/** Custom resource definitions in the YAML files below a folder. */
export function definitionsIn(folder: string): readonly Definition[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split(/^---.*$/m))
    .flatMap((yaml) => {
      const head = headSchema.safeParse(headOf(yaml)).data;
      return head ? [{ name: head.metadata.name, yaml }] : [];
    });
}

const pathOf = (name: string) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;

const servedSchema = z.object({
  group: z.string(),
  names: z.object({ plural: z.string() }),
  versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
});
const listedSchema = z.array(z.object({ name: z.string() }));

/** Whether discovery lists every version that a definition serves: it does so a moment after the definition is established. */
async function isListed(client: KubeClient, definition: KubeObject): Promise<boolean> {
  const { group, names, versions } = servedSchema.parse(definition.spec);
  for (const { name } of versions.filter(({ served }) => served)) {
    const listed = field(listedSchema, await client.find(`/apis/${group}/${name}`), "resources") ?? [];
    if (!listed.some((resource) => resource.name === names.plural)) return false;
  }
  return true;
}

/** Waits until objects of a definition can be made. */
async function untilServed(client: KubeClient, name: string): Promise<void> {
  for (;;) {
    const found = await client.find(pathOf(name));
    const isEstablished = conditionsOf(found).some(({ type, status }) => type === "Established" && status === "True");
    if (found && isEstablished && (await isListed(client, found))) return;
    await sleep(100);
  }
}

/** Installs the custom resource definitions of a folder, as whoever owns the cluster, and waits until they can be used. */
export async function installDefinitions(client: KubeClient, folder: string): Promise<void> {
  const install = async ({ name, yaml }: Definition) => {
    const query = { fieldManager: "rehearsal", force: "true" };
    await client.request("PATCH", pathOf(name), { query, contentType: "application/apply-patch+yaml", body: yaml });
    await untilServed(client, name);
  };
  await Promise.all(definitionsIn(folder).map(install));
}
