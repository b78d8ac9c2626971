import { credentials, pullCredential } from "../catalogue/credentials.ts";
import type { Catalogue, CredentialId, Handover, Runtime } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { suggest } from "../config/nearest.ts";
import type { OwnModel } from "../config/own-model.ts";
import { factFaults } from "./own-model-facts.ts";
import { fixedImage } from "./image.ts";
import { openAiPath } from "./routes.ts";

/** Most rules of an HTTPRoute; each path of an API takes one. */
const mostPaths = 16;

/** Every credential that a model of the stack's own needs. */
export function credentialsOf({ gated }: Pick<OwnModel, "gated">, repository: string): readonly CredentialId[] {
  const pull = pullCredential(repository);
  return [...(pull === null ? [] : [pull]), ...(gated ? (["hugging-face"] as const) : [])];
}

/** Why a model of the stack's own cannot come in: every fault of its entry. */
export function ownModelFaults(path: string, id: string, own: OwnModel, catalogue: Catalogue): readonly Finding[] {
  const runtime = catalogue.runtimes[own.runtime];
  return [
    ...(catalogue.models.has(id)
      ? [
          refusal(
            "own-model-shadows",
            path,
            `"${id}"`,
            "an id that no model of the catalogue has",
            "give it another id",
          ),
        ]
      : []),
    ...imageFaults(path, own, runtime),
    ...weightFaults(path, own, runtime),
    ...apiFaults(path, own, runtime),
    ...containerFaults(path, own, runtime),
    ...factFaults(path, own, runtime),
    ...unknownNames(path, own, catalogue),
  ];
}

function imageFaults(path: string, { image }: OwnModel, runtime: Runtime): readonly Finding[] {
  const at = `${path}.image`;
  if (image === undefined) {
    const allowed = `an image: the runtime ${runtime.id} has none of its own`;
    const fix = "name an image with a fixed tag or digest";
    return runtime.image === null ? [refusal("image-missing", at, "nothing", allowed, fix)] : [];
  }
  if (fixedImage(image)) return [];
  const allowed = "REPOSITORY:VERSION or REPOSITORY@sha256:DIGEST";
  return [refusal("image-not-fixed", at, `"${image}"`, allowed, "name the version that was tested; latest moves")];
}

function weightFaults(path: string, { huggingFace }: OwnModel, runtime: Runtime): readonly Finding[] {
  const at = `${path}.huggingFace`;
  if (runtime.loads === "hugging-face" && huggingFace === undefined) {
    const allowed = `a repository: ${runtime.id} is told which weights to load`;
    return [refusal("weights-missing", at, "nothing", allowed, "name OWNER/REPOSITORY")];
  }
  if (runtime.loads !== "model-repository" || huggingFace === undefined) return [];
  const allowed = `nothing: ${runtime.title} serves a model repository`;
  const fix = "remove the key, and name the repository under polymath:specialists, as the source of each that runs it";
  return [refusal("weights-not-used", at, `"${huggingFace}"`, allowed, fix)];
}

function apiFaults(path: string, { api }: OwnModel, runtime: Runtime): readonly Finding[] {
  const at = `${path}.api`;
  if (runtime.apis[api.kind] === undefined) {
    const allowed = `${Object.keys(runtime.apis).join(", ")} on ${runtime.title}`;
    const fix = "write kind: rest with the paths that requests are sent to, or take another runtime";
    return [refusal("api-unsupported", `${at}.kind`, `"${api.kind}"`, allowed, fix)];
  }
  if (api.kind === "rest" && api.paths.length === 0) {
    const allowed = "at least one path of its REST API";
    return [refusal("paths-missing", `${at}.paths`, "none", allowed, "name the paths that requests are sent to")];
  }
  const shared = api.kind === "rest" ? api.paths.filter(openAiPath) : [];
  const own = new Set(api.paths).size;
  return [
    ...shared.map((one) =>
      refusal(
        "path-without-model",
        `${at}.paths[${api.paths.indexOf(one)}]`,
        one,
        "paths of an API of its own: requests to OpenAI's are routed by the model that they name",
        "write the kind that has this path: chat, embeddings or rerank",
      ),
    ),
    ...(own > mostPaths
      ? [
          refusal(
            "too-many-paths",
            `${at}.paths`,
            `${own} paths`,
            `at most ${mostPaths}, the rules of one route`,
            "name what they have in common with /* after it, such as /v2/models/*",
          ),
        ]
      : []),
  ];
}

const option = (word: string) => word.split("=")[0]?.replaceAll("_", "-") ?? "";

/** Arguments that the kit hands to a runtime itself. */
function kitArguments(runtime: Runtime, kind: OwnModel["api"]["kind"]): ReadonlySet<string> {
  const { limits, adapters, servedNames, modelArg, revisionArg, portArg } = runtime;
  const handed = [servedNames, ...Object.values(limits)].map((to) => (to !== null && "arg" in to ? to.arg : null));
  const ofAdapters = adapters
    ? [adapters.modulesArg, adapters.maxRankArg, adapters.maxCountArg, ...adapters.enable]
    : [];
  const all = [
    ...handed,
    modelArg,
    revisionArg,
    portArg,
    ...ofAdapters,
    ...runtime.args,
    ...(runtime.apis[kind] ?? []),
  ];
  return new Set(all.filter((one) => one?.startsWith("--")).map((one) => one ?? ""));
}

/** Variables that the kit sets itself: an image that keeps no conventions may set all but those with secrets. */
function kitVariables(own: OwnModel, runtime: Runtime): ReadonlySet<string> {
  const repository = (own.image === undefined ? runtime.image : fixedImage(own.image))?.repository ?? "";
  const secret = credentialsOf(own, repository).flatMap((id) => credentials[id].env);
  if (runtime.isOpen) return new Set(secret);
  const variable = (to: Handover | null) => (to !== null && "env" in to ? [to.env] : []);
  const handed = [runtime.servedNames, ...Object.values(runtime.limits)].flatMap(variable);
  return new Set([...secret, ...handed, ...runtime.cache.env, ...Object.keys(runtime.env)]);
}

/** What a container is told, where the kit or its runtime has said it already. */
function containerFaults(path: string, own: OwnModel, runtime: Runtime): readonly Finding[] {
  const reserved = kitArguments(runtime, own.api.kind);
  const variables = kitVariables(own, runtime);
  const fixed = { port: runtime.port, healthPath: runtime.health.readiness.path, uid: runtime.uid };
  const isFixed = (key: keyof typeof fixed) => !runtime.isOpen && own[key] !== undefined && own[key] !== fixed[key];
  return [
    ...(["port", "healthPath", "uid"] as const)
      .filter(isFixed)
      .map((key) =>
        refusal(
          "fixed-by-runtime",
          `${path}.${key}`,
          String(own[key]),
          `${fixed[key]}, as ${runtime.title} has it`,
          "remove the key; for an image that differs, take the runtime custom",
        ),
      ),
    ...own.args.flatMap((word, index) =>
      reserved.has(option(word))
        ? [
            refusal(
              "set-by-kit",
              `${path}.args[${index}]`,
              word,
              `arguments that the kit does not set itself: not ${[...reserved].join(", ")}`,
              "remove it, and say it by the keys of the model or its specialist",
            ),
          ]
        : [],
    ),
    ...Object.keys(own.env)
      .filter((name) => variables.has(name))
      .map((name) =>
        refusal(
          "set-by-kit",
          `${path}.env.${name}`,
          name,
          `variables that the kit does not set itself: not ${[...variables].join(", ")}`,
          "remove it",
        ),
      ),
  ];
}

function unknownNames(path: string, own: OwnModel, catalogue: Catalogue): readonly Finding[] {
  const licences = Object.keys(catalogue.licences);
  const kinds = Object.keys(catalogue.accelerators);
  const unknown = (rule: string, at: string, name: string, known: readonly string[]) =>
    known.includes(name) ? [] : [refusal(rule, at, `"${name}"`, known.join(", "), suggest(name, known))];
  return [
    ...own.licences.flatMap((one, index) => unknown("unknown-licence", `${path}.licences[${index}]`, one, licences)),
    ...own.requirements.flatMap((requirement, index) =>
      (requirement.kinds ?? []).flatMap((kind) =>
        unknown("unknown-gpu", `${path}.requirements[${index}].kinds`, kind, kinds),
      ),
    ),
  ];
}
