import { z } from "zod";
import { openAiPath } from "../../plan/routes.ts";
import type { Runtime, RuntimeId } from "../../catalogue/types/index.ts";
import type { KubeObject } from "../kube/client.ts";

/** What the catalogue says about an image: facts that hold for every pod that runs it. */
export interface ImageFacts {
  readonly runtime: Runtime;
  /** Where this image answers health; null: where its runtime does. */
  readonly healthPath: string | null;
  /** `chat` serves completions too; `completion` is a model without a chat template. */
  readonly api: "chat" | "completion" | "embedding" | "rerank" | "rest";
  /** Every path the image answers inference on; those of the OpenAI API may be among them. */
  readonly paths: readonly string[];
}

/** What one simulated model server plays: the pod as the API server shows it, joined with the facts of its image. */
export interface Persona {
  readonly specialist: string;
  readonly domain: string;
  readonly runtime: RuntimeId;
  /** Served names, the first being the main one. Empty where the pod says none. */
  readonly models: readonly string[];
  /** Whether it answers to every other name too, as servers do that read none. */
  readonly answersAll: boolean;
  readonly kind: ImageFacts["api"];
  /** The image's own paths beside the OpenAI API, each answering POST. */
  readonly restPaths: readonly string[];
  readonly healthPaths: { readonly live: string; readonly ready: string };
  readonly pod: string;
  readonly namespace: string;
  readonly node: string;
}

const containerSchema = z.object({
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  // A value taken from a secret or a field is not in the pod object: such a variable counts as not set.
  env: z.array(z.object({ name: z.string(), value: z.string().default("") })).default([]),
});
type Container = z.infer<typeof containerSchema>;

const podSchema = z.object({
  kind: z.literal("Pod"),
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().min(1),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ nodeName: z.string().optional(), containers: z.array(containerSchema) }),
});

/** Names that a container of this runtime is told to serve, as its own parser reads them; adapters are names too. */
function servedNames(
  { command, args, env }: Container,
  { servedNames: to, modelArg, adapters }: Runtime,
): readonly string[] {
  if (to === null) return [];
  if ("env" in to) {
    const value = env.findLast(({ name }) => name === to.env)?.value ?? "";
    return value
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  }
  const words = [...command, ...args];
  const names = optionValues(words, to.arg);
  const modules = adapters === null ? [] : optionValues(words, adapters.modulesArg);
  // Without served names the engine goes by the name it loads the model from.
  const base = names.length > 0 || modelArg === null ? names : optionValues(words, modelArg).slice(0, 1);
  return [...base, ...modules.map((one) => one.split("=")[0] ?? one)];
}

/**
 * What the pod's model server is to play.
 * @param pod a Pod that the scheduler has placed.
 * @throws Error naming everything that the pod lacks.
 */
export function personaOf(pod: KubeObject, facts: ImageFacts): Persona {
  const parsed = podSchema.safeParse(pod);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(
      `${pod.kind} ${pod.metadata.namespace ?? ""}/${pod.metadata.name ?? ""} cannot be played by a model server: ${issues.join("; ")}.`,
    );
  }
  const { metadata, spec } = parsed.data;
  const specialist = metadata.labels["polymath.dev/specialist"] ?? metadata.labels["app.kubernetes.io/name"] ?? "";
  const domain = metadata.labels["polymath.dev/domain"] ?? "";
  const node = spec.nodeName ?? "";
  const lacks = [
    specialist === "" && "a label polymath.dev/specialist (or app.kubernetes.io/name); set it in the pod template",
    domain === "" && "a label polymath.dev/domain; set it in the pod template",
    node === "" && "a node; wait until the scheduler has placed it",
  ].filter((lack) => lack !== false);
  if (lacks.length > 0) {
    throw new Error(`Pod ${metadata.namespace}/${metadata.name} has not got: ${lacks.join("; ")}.`);
  }
  const { runtime, healthPath } = facts;
  return {
    specialist,
    domain,
    runtime: runtime.id,
    models: spec.containers.map((one) => servedNames(one, runtime)).find((names) => names.length > 0) ?? [],
    answersAll: !runtime.checksNames,
    kind: facts.api,
    restPaths: facts.paths.filter((path) => !openAiPath(path)),
    healthPaths: {
      live: healthPath ?? runtime.health.liveness.path,
      ready: healthPath ?? runtime.health.readiness.path,
    },
    pod: metadata.name,
    namespace: metadata.namespace,
    node,
  };
}

/**
 * The values of a command-line option, such as `--name`, as vLLM's parser reads them: `--name a b` or `--name=a`, underscores like
 * dashes, the last one given counts.
 */
function optionValues(words: readonly string[], name: string): readonly string[] {
  let values: string[] = [];
  let open = false;
  for (const word of words) {
    if (!word.startsWith("-")) {
      if (open) values.push(word);
      continue;
    }
    const [option = "", ...rest] = word.split("=");
    const found = option.replaceAll("_", "-") === name;
    open = found && rest.length === 0;
    if (found) values = open ? [] : [rest.join("=")];
  }
  return values;
}
