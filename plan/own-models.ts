import type { Catalogue, CredentialId, GpuRequirement, LicenceId, Model } from "../catalogue/types/index.ts";
import { credentialIds, credentials } from "../catalogue/credentials.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { suggest } from "../config/nearest.ts";
import type { OwnModel } from "../config/own-model.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { movingBecause, parseImage } from "./image.ts";
import { openAiPath } from "./routes.ts";

/** Least compute capability of a precision, where a row of the stack's own says no kinds. Source: NVIDIA's CUDA tables. */
const capabilityOf: Readonly<Record<Model["precision"], number>> = {
  fp32: 7,
  fp16: 7.5,
  bf16: 8,
  mixed: 8,
  w4a16: 8,
  fp8: 8.9,
  nvfp4: 10,
};

/** An image in the two parts that rows have, joined by a colon; undefined where it could change behind its name. */
export function imageOf(reference: string): Model["image"] | undefined {
  const image = parseImage(reference);
  if (!image || movingBecause(image) !== undefined) return undefined;
  // What stands before the tag, or before the hash of a digest alone.
  const colon = image.tag === undefined ? reference.lastIndexOf(":") : reference.lastIndexOf(`:${image.tag}`);
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/**
 * The catalogue with the models of a stack's own in it, under the same rules.
 * @returns findings for those that cannot come in; they are left out.
 */
export function withOwnModels(
  config: Pick<EnvironmentConfig, "models">,
  catalogue: Catalogue,
): { readonly catalogue: Catalogue; readonly findings: readonly Finding[] } {
  const own = Object.entries(config.models);
  if (own.length === 0) return { catalogue, findings: [] };
  const findings: Finding[] = [];
  const models = new Map(catalogue.models);
  for (const [id, entry] of own) {
    const path = `polymath:models.${id}`;
    const faults = faultsOf(path, id, entry, catalogue);
    findings.push(...faults);
    const model = faults.length === 0 ? rowOf(id, entry, catalogue) : undefined;
    if (model) models.set(id, model);
  }
  return { catalogue: { ...catalogue, models }, findings };
}

function faultsOf(path: string, id: string, own: OwnModel, catalogue: Catalogue): readonly Finding[] {
  const licences = Object.keys(catalogue.licences);
  const kinds = Object.keys(catalogue.accelerators);
  const image = own.image ?? catalogue.runtimes[own.runtime].image;
  const taken = catalogue.models.has(id)
    ? [refusal("own-model-shadows", path, `"${id}"`, "an id that no model of the catalogue has", "give it another id")]
    : [];
  const noImage =
    image === null
      ? [
          refusal(
            "image-missing",
            `${path}.image`,
            "nothing",
            `an image: the runtime ${own.runtime} has none of its own`,
            "name an image with a fixed tag or digest",
          ),
        ]
      : [];
  const moving =
    typeof image === "string" && imageOf(image) === undefined
      ? [
          refusal(
            "image-not-fixed",
            `${path}.image`,
            `"${image}"`,
            "REPOSITORY:VERSION or REPOSITORY@sha256:DIGEST",
            "name the version that was tested; latest moves",
          ),
        ]
      : [];
  const noWeights =
    catalogue.runtimes[own.runtime].modelArg !== null && own.runtime !== "triton" && own.huggingFace === undefined
      ? [
          refusal(
            "weights-missing",
            `${path}.huggingFace`,
            "nothing",
            `a repository: ${own.runtime} is told which weights to load`,
            "name OWNER/REPOSITORY",
          ),
        ]
      : [];
  const noPaths =
    own.api.kind === "rest" && own.api.paths.length === 0
      ? [
          refusal(
            "paths-missing",
            `${path}.api.paths`,
            "none",
            "at least one path of its REST API",
            "name the paths that requests are sent to",
          ),
        ]
      : [];
  return [
    ...taken,
    ...noImage,
    ...moving,
    ...noWeights,
    ...noPaths,
    ...own.licences.flatMap((licence, index) =>
      licences.includes(licence)
        ? []
        : [
            refusal(
              "unknown-licence",
              `${path}.licences[${index}]`,
              `"${licence}"`,
              licences.join(", "),
              suggest(licence, licences),
            ),
          ],
    ),
    ...own.requirements.flatMap((requirement, index) =>
      (requirement.kinds ?? [])
        .filter((kind) => !kinds.includes(kind))
        .map((kind) =>
          refusal(
            "unknown-gpu",
            `${path}.requirements[${index}].kinds`,
            `"${kind}"`,
            kinds.join(", "),
            suggest(kind, kinds),
          ),
        ),
    ),
  ];
}

/** Registry credential that an image needs. */
const pullCredential = (repository: string): CredentialId | null => {
  const host = repository.split("/")[0];
  return credentialIds.find((id) => credentials[id].registry?.host === host) ?? null;
};

const openAiPaths: Readonly<Record<Model["api"]["kind"], readonly string[]>> = {
  chat: ["/v1/chat/completions", "/v1/completions"],
  embeddings: ["/v1/embeddings"],
  rerank: ["/v1/ranking"],
  rest: [],
};

function rowOf(id: string, own: OwnModel, catalogue: Catalogue): Model | undefined {
  const image = own.image === undefined ? catalogue.runtimes[own.runtime].image : imageOf(own.image);
  if (!image) return undefined;
  const pull = pullCredential(image.repository);
  const isKind = (kind: string): kind is keyof Catalogue["accelerators"] => Object.hasOwn(catalogue.accelerators, kind);
  const isLicence = (licence: string): licence is LicenceId => Object.hasOwn(catalogue.licences, licence);
  const requirements = own.requirements.map(({ gpuMemoryGB, gpuCount, kinds }): GpuRequirement => ({
    gpuMemoryGB,
    gpuCount,
    kinds: kinds === undefined ? "any" : kinds.filter(isKind),
  }));
  return {
    id,
    title: own.title ?? id,
    publisher: "this organisation",
    runtime: own.runtime,
    image,
    architectures: null,
    huggingFace: own.huggingFace ?? null,
    licences: own.licences.filter(isLicence),
    gated: own.gated || pull !== null,
    credentials: [...(pull === null ? [] : [pull]), ...(own.gated ? (["hugging-face"] as const) : [])],
    imagePullCredential: pull,
    parametersB: own.parametersB ?? null,
    activeParametersB: null,
    precision: own.precision,
    precisions: [
      {
        precision: own.precision,
        weightsGiB: own.weightsGiB ?? null,
        minComputeCapability: capabilityOf[own.precision],
      },
    ],
    layers: own.layers ?? null,
    hiddenSize: own.hiddenSize ?? null,
    attentionHeads: own.attentionHeads ?? null,
    headDim: own.headDim ?? null,
    attention: own.attention ?? null,
    maxContext: own.maxContext ?? null,
    modalities: { input: [], output: [] },
    languages: [],
    chatFormat: own.chatFormat ?? null,
    requirements,
    disk: { GiB: own.diskGiB, evidence: "estimated" },
    memoryGiB: own.memoryGiB ?? null,
    cpu: own.cpu ?? null,
    shmGiB: own.shmGiB ?? null,
    cachePath: null,
    port: own.port ?? null,
    healthPath: own.healthPath ?? null,
    uid: own.uid ?? null,
    args: own.args,
    env: own.env,
    startupSeconds: null,
    api: {
      kind: own.api.kind,
      paths: [...openAiPaths[own.api.kind], ...own.api.paths.filter((one) => !openAiPath(one))],
    },
    newer: { versions: [], row: null },
    notes: "",
    sources: ["polymath:models of the stack file"],
    evidence: "estimated",
    read: own.read ?? "",
  };
}
