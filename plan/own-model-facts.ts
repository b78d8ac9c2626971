import type { Precision, Runtime } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import type { OwnModel } from "../config/own-model.ts";

/** Faults of the numbers of a model of the stack's own: those that are missing, and those that contradict each other. */
export const factFaults = (path: string, own: OwnModel, runtime: Runtime): readonly Finding[] => [
  ...missingFacts(path, own),
  ...contradictions(path, own, runtime),
];

/** The numbers that sizing needs, where no GPUs are known to be enough. */
function missingFacts(path: string, own: OwnModel): readonly Finding[] {
  if (own.requirements.length > 0) return [];
  const needed = (
    own.api.kind === "chat"
      ? // Without the last two the cache of a conversation would count nothing.
        (["weightsGiB", "attentionHeads", "headDim", "attention", "maxContext"] as const)
      : (["weightsGiB", "attentionHeads", "headDim"] as const)
  ).filter((key) => own[key] === undefined);
  if (needed.length === 0) return [];
  return [
    refusal(
      "facts-missing",
      path,
      `no requirements, and no ${needed.join(", no ")}`,
      "requirements, or the numbers of its architecture",
      `write ${needed.join(", ")} as the model's config.json and its card have them, or under requirements the GPUs that are known to be enough`,
    ),
  ];
}

/** Fewest bytes of a parameter; a mixture has no number of its own. */
const bytesPerParameter: Readonly<Record<Precision, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  nvfp4: 0.5,
  w4a16: 0.5,
  mixed: 0,
};

const GiB = 2 ** 30;
/** Share of the parameters' bytes below which weights are taken for a slip: rounded counts and tied embeddings lie above it. */
const leastShare = 0.8;

/** Layers that the attention's numbers speak of. */
function layersOf(attention: NonNullable<OwnModel["attention"]>): number {
  switch (attention.kind) {
    case "gqa":
    case "mla":
      return attention.layers;
    case "nas":
      return attention.blocks;
    case "sliding-window":
      return attention.globalLayers + attention.slidingLayers;
    case "mamba-hybrid":
      return attention.attentionLayers + attention.mamba.layers;
  }
}

function contradictions(path: string, own: OwnModel, runtime: Runtime): readonly Finding[] {
  const { attention, attentionHeads, headDim, layers, parametersB, precision, weightsGiB } = own;
  const refuse = (key: string, given: string, allowed: string) =>
    refusal("facts-contradict", `${path}.${key}`, given, allowed, "copy both from the model's config.json or its card");
  const findings: Finding[] = [];
  if (attention && "kvHeads" in attention && attentionHeads !== undefined && attentionHeads % attention.kvHeads !== 0)
    findings.push(
      refuse(
        "attention.kvHeads",
        `${attention.kvHeads} key-value heads for ${attentionHeads} query heads`,
        "a number that divides attentionHeads",
      ),
    );
  if (attention && "headDim" in attention && headDim !== undefined && attention.headDim !== headDim)
    findings.push(refuse("attention.headDim", `${attention.headDim}, while the model has ${headDim}`, `${headDim}`));
  if (attention?.kind === "nas" && attention.attentionLayers > attention.blocks)
    findings.push(
      refuse(
        "attention.attentionLayers",
        `${attention.attentionLayers} layers with attention in ${attention.blocks} blocks`,
        `at most ${attention.blocks}`,
      ),
    );
  // A hybrid has layers of a third kind.
  const said = attention ? layersOf(attention) : undefined;
  const tooMany = said !== undefined && layers !== undefined && said > layers;
  if (tooMany || (attention && attention.kind !== "mamba-hybrid" && layers !== undefined && said !== layers))
    findings.push(refuse("layers", `${layers} layers, of which the attention has ${said}`, `${said}`));
  const least = parametersB === undefined ? 0 : (parametersB * 1e9 * bytesPerParameter[precision] * leastShare) / GiB;
  if (weightsGiB !== undefined && weightsGiB < least)
    findings.push(
      refuse(
        "weightsGiB",
        `${weightsGiB} GiB for ${parametersB} billion parameters in ${precision}`,
        `at least ${Math.ceil(least)}`,
      ),
    );
  if (weightsGiB !== undefined && runtime.loads === "hugging-face" && own.diskGiB < weightsGiB)
    findings.push(
      refusal(
        "disk-too-small",
        `${path}.diskGiB`,
        `${own.diskGiB} GiB for weights of ${weightsGiB} GiB`,
        `more than ${weightsGiB}: the weights and the engine's caches`,
        "write the size of the repository, with room for caches",
      ),
    );
  return findings;
}
