import { z } from "zod";

export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, "a name of at most 63 lower-case letters, digits, dots and hyphens");
export const positive = z.int().positive("a whole number above 0");
export const text = z.string().min(1, "text that is not empty");

/** What a name in a stack file refers to. Editors complete it from the catalogue; whether it is known is checked by the planner. */
export const nameKinds = ["bundle", "specialist", "model", "gpu", "licence", "provider", "secret"] as const;
export type NameKind = (typeof nameKinds)[number];
export const nameOf = (names: NameKind, schema = z.string()): z.ZodString => schema.meta({ names });

const size = z.number().positive("a number above 0");

const attention = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gqa"), layers: positive, kvHeads: positive, headDim: positive }),
  z.strictObject({
    kind: z.literal("nas"),
    blocks: positive,
    attentionLayers: positive,
    kvHeads: positive,
    headDim: positive,
  }),
  z.strictObject({
    kind: z.literal("sliding-window"),
    globalLayers: z.int().nonnegative(),
    slidingLayers: positive,
    window: positive,
    kvHeads: positive,
    headDim: positive,
  }),
  z.strictObject({ kind: z.literal("mla"), layers: positive, kvLoraRank: positive, ropeDim: positive }),
  z.strictObject({
    kind: z.literal("mamba-hybrid"),
    attentionLayers: positive,
    kvHeads: positive,
    headDim: positive,
    mamba: z.strictObject({
      layers: positive,
      heads: positive,
      headDim: positive,
      stateSize: positive,
      groups: positive,
      convKernel: positive,
      stateBytes: z.union([z.literal(2), z.literal(4)]).default(4),
    }),
  }),
]);

const requirement = z.strictObject({
  gpuMemoryGB: size.describe("Of each GPU, GB in the vendor's words."),
  gpuCount: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).default(1),
  kinds: z
    .array(nameOf("gpu"))
    .min(1, "at least one GPU kind")
    .optional()
    .describe("GPU kinds; default: any with the memory."),
});

/** A model that a stack brings: weights from Hugging Face under a runtime of the catalogue, or a container with an HTTP API. */
export const ownModelSchema = z.strictObject({
  title: text.optional(),
  read: z.iso.date("a day such as 2026-12-31").optional().describe("Day its facts were read, ISO 8601."),
  runtime: z.enum(["vllm", "sglang", "triton", "nim-1", "nim-2", "custom"]).default("vllm"),
  huggingFace: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, "OWNER/REPOSITORY as on Hugging Face")
    .optional()
    .describe("Repository of the weights."),
  gated: z.boolean().default(false).describe("Whether the repository asks for an account that accepted its terms."),
  image: text.optional().describe("Image with a fixed tag or digest; default: the runtime's own, where it has one."),
  licences: z
    .array(nameOf("licence"))
    .min(1, "at least one licence")
    .describe('Licence ids of the catalogue; "own" for what the organisation made itself.'),
  parametersB: size.optional(),
  precision: z.enum(["fp32", "fp16", "bf16", "fp8", "nvfp4", "w4a16", "mixed"]).default("bf16"),
  weightsGiB: size.optional().describe("Size of the weights in GPU memory, GiB."),
  layers: positive.optional(),
  hiddenSize: positive.optional(),
  attentionHeads: positive.optional().describe("Query heads."),
  headDim: positive.optional(),
  attention: attention.optional(),
  maxContext: positive.optional().describe("Tokens; leave it out for a model without a context."),
  requirements: z
    .array(requirement)
    .default([])
    .describe("GPUs that are known to be enough, instead of the numbers of its architecture."),
  diskGiB: size.describe("Space of weights and caches, GiB."),
  memoryGiB: size.optional(),
  cpu: size.optional(),
  shmGiB: size.optional(),
  port: z.int().min(1).max(65_535).optional(),
  healthPath: z.string().startsWith("/", "a path that begins with /").optional(),
  uid: positive.optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a variable"), z.string()).default({}),
  chatFormat: z.literal("chatml").optional(),
  api: z.strictObject({
    kind: z.enum(["chat", "embeddings", "rerank", "rest"]),
    paths: z
      .array(z.string().regex(/^(\/[A-Za-z0-9._-]+)+(\/\*)?$/, "a path such as /v1/predict or /v2/models/*"))
      .default([])
      .describe(
        "Paths of a REST API; one that ends in `/*` stands for everything below it. Those of OpenAI's API need not be named.",
      ),
  }),
});
export type OwnModel = z.infer<typeof ownModelSchema>;
