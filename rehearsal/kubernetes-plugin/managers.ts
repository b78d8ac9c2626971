import { z } from "zod";
import { KubeError, type KubeClient, type KubeObject } from "../kube/client.ts";
import { isMap, type Path, type Properties } from "../kube/paths.ts";

const entrySchema = z.looseObject({
  manager: z.string().default(""),
  operation: z.string().default(""),
  subresource: z.string().optional(),
  fieldsV1: z.record(z.string(), z.unknown()).default({}),
});
type Entry = z.infer<typeof entrySchema>;

const entriesOf = (object: KubeObject): readonly Entry[] =>
  z.array(entrySchema).safeParse(object.metadata.managedFields).data ?? [];

/**
 * In whose names Pulumi and kubectl write otherwise than by this plugin's applies. What such a writer left on an object of the
 * program is the program's, as with the official plugin, which creates objects by a plain POST.
 */
const predecessors = [
  { prefix: "kubectl", operations: ["Apply", "Update"] },
  { prefix: "before-first-apply", operations: ["Update"] },
  { prefix: "pulumi-kubernetes", operations: ["Update"] },
  { prefix: "pulumi-resource-kubernetes", operations: ["Update"] },
];

const isPredecessor = ({ manager, operation, subresource }: Entry): boolean =>
  subresource === undefined &&
  predecessors.some(({ prefix, operations }) => manager.startsWith(prefix) && operations.includes(operation));

/** Both sets of fields, as the API server writes them: nested maps whose keys are fields. */
function union(one: Properties, other: Properties): Properties {
  const merged = { ...one };
  for (const [key, below] of Object.entries(other)) {
    const here = merged[key];
    merged[key] = isMap(here) && isMap(below) ? union(here, below) : below;
  }
  return merged;
}

/** The managed fields once the manager applies what its predecessors wrote; undefined where there is none of them. */
export function withoutPredecessors(object: KubeObject, manager: string): readonly Entry[] | undefined {
  const entries = entriesOf(object);
  const isOwn = (entry: Entry) => entry.manager === manager && entry.operation === "Apply";
  const taken = entries.filter((entry) => !isOwn(entry) && isPredecessor(entry));
  const [first] = taken;
  if (first === undefined) return undefined;
  const own = entries.find(isOwn) ?? { ...first, manager, operation: "Apply" };
  const fieldsV1 = taken.reduce((fields, entry) => union(fields, entry.fieldsV1), own.fieldsV1);
  const others = entries.filter((entry) => !isOwn(entry) && !taken.includes(entry));
  return [...others, { ...own, fieldsV1 }];
}

/**
 * Gives a manager the fields of its predecessors. An object that changes meanwhile is looked at again.
 * @returns the object as it is then; undefined when it has gone.
 */
export async function takeOver(
  client: KubeClient,
  path: string,
  object: KubeObject,
  manager: string,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  let now: KubeObject | undefined = object;
  for (let attempt = 1; now !== undefined; attempt += 1) {
    const managedFields = withoutPredecessors(now, manager);
    if (managedFields === undefined) return now;
    try {
      return await client.request("PATCH", path, {
        contentType: "application/json-patch+json",
        body: [
          { op: "test", path: "/metadata/resourceVersion", value: now.metadata.resourceVersion },
          { op: "replace", path: "/metadata/managedFields", value: managedFields },
        ],
        signal,
      });
    } catch (error) {
      if (!(error instanceof KubeError) || ![409, 422].includes(error.status) || attempt === mostAttempts) throw error;
    }
    now = await client.find(path, signal);
  }
  return undefined;
}

const mostAttempts = 10;

/** Whether an update will take over what stands in the way: every manager named is a predecessor. */
export function arePredecessors(object: KubeObject, managers: readonly string[]): boolean {
  const taken = new Set(entriesOf(object).flatMap((entry) => (isPredecessor(entry) ? [entry.manager] : [])));
  return managers.every((manager) => taken.has(manager));
}

function owns({ fieldsV1 }: Entry, path: Path): boolean {
  let here: unknown = fieldsV1;
  for (const step of path) here = isMap(here) && typeof step === "string" ? here[`f:${step}`] : undefined;
  return here !== undefined;
}

/** True where others own a field, or fields below it, and the manager does not. Items of lists are never told apart. */
export function isOthers(object: KubeObject, manager: string, path: Path): boolean {
  const owners = entriesOf(object).filter((entry) => owns(entry, path));
  return owners.length > 0 && owners.every((entry) => entry.manager !== manager);
}
