import type { Catalogue, GpuRequirement, LicenceId, Model } from "../catalogue/types/index.ts";
import { pullCredential } from "../catalogue/credentials.ts";
import type { Finding } from "../config/finding.ts";
import type { OwnModel } from "../config/own-model.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { fixedImage } from "./image.ts";
import { credentialsOf, ownModelFaults } from "./own-model-faults.ts";
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
    const faults = ownModelFaults(path, id, entry, catalogue);
    findings.push(...faults);
    const model = faults.length === 0 ? rowOf(id, entry, catalogue) : undefined;
    if (model) models.set(id, model);
  }
  return { catalogue: { ...catalogue, models }, findings };
}

const openAiPaths: Readonly<Record<Model["api"]["kind"], readonly string[]>> = {
  chat: ["/v1/chat/completions", "/v1/completions"],
  embeddings: ["/v1/embeddings"],
  rerank: ["/v1/ranking"],
  rest: [],
};

function rowOf(id: string, own: OwnModel, catalogue: Catalogue): Model | undefined {
  const image = own.image === undefined ? catalogue.runtimes[own.runtime].image : fixedImage(own.image);
  if (!image) return undefined;
  const needed = credentialsOf(own, image.repository);
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
    gated: needed.length > 0,
    credentials: needed,
    imagePullCredential: pullCredential(image.repository),
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
      paths: [...new Set([...openAiPaths[own.api.kind], ...own.api.paths.filter((one) => !openAiPath(one))])],
    },
    newer: { versions: [], row: null },
    notes: "",
    sources: ["polymath:models of the stack file"],
    evidence: "estimated",
    read: own.read ?? "",
  };
}
