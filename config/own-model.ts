import { z } from "zod";
import { nameOf, positive, repositoryPattern, text } from "./values.ts";

const size = z.number().positive("a number above 0");

const layers = positive.describe("Layers in all, or of the kind that the name says.");
const kvHeads = positive.describe("Key and value heads.");
const headDim = positive.describe("Size of one head.");

const kind = <Kind extends string>(name: Kind, what: string) => z.literal(name).describe(what);

const attention = z.discriminatedUnion("kind", [
  z.strictObject({ kind: kind("gqa", "Dense, grouped queries: the usual one."), layers, kvHeads, headDim }),
  z.strictObject({
    kind: kind("nas", "Blocks some of which have no attention, as an architecture search left them."),
    blocks: positive.describe("Blocks in all."),
    attentionLayers: layers,
    kvHeads,
    headDim,
  }),
  z.strictObject({
    kind: kind("sliding-window", "Some layers see only the last tokens."),
    globalLayers: z.int().nonnegative().describe("Layers that see every token."),
    slidingLayers: layers,
    window: positive.describe("Tokens that a sliding layer sees."),
    kvHeads,
    headDim,
  }),
  z.strictObject({
    kind: kind("mla", "Multi-head latent attention, as in DeepSeek's models."),
    layers,
    kvLoraRank: positive.describe("Rank of the compressed keys and values."),
    ropeDim: positive.describe("Size of the part of a key that carries positions."),
  }),
  z.strictObject({
    kind: kind("mamba-hybrid", "Mamba 2 layers with a few of attention between."),
    attentionLayers: layers,
    kvHeads,
    headDim,
    mamba: z
      .strictObject({
        layers,
        heads: positive.describe("Heads of a Mamba layer."),
        headDim,
        stateSize: positive.describe("Size of a head's state."),
        groups: positive.describe("Groups that share B and C."),
        convKernel: positive.describe("Width of the convolution."),
        stateBytes: z.literal([2, 4]).default(4).describe("Bytes of each number of the state."),
      })
      .describe("Its Mamba layers."),
  }),
]);

const requirement = z.strictObject({
  gpuMemoryGB: size.describe("Of each GPU, GB in the vendor's words."),
  gpuCount: z.literal([1, 2, 4, 8]).default(1).describe("GPUs of a replica."),
  kinds: z
    .array(nameOf("gpu"))
    .min(1, "at least one GPU kind")
    .optional()
    .describe("GPU kinds; default: any with the memory."),
});

/** A model that a stack brings: weights from Hugging Face under a runtime of the catalogue, or a container with an HTTP API. */
export const ownModelSchema = z.strictObject({
  title: text.optional().describe("Name for people; default: the id."),
  read: z.iso.date("a day such as 2026-12-31").optional().describe("Day its facts were read, ISO 8601."),
  runtime: z
    .enum(["vllm", "sglang", "triton", "nim-1", "nim-2", "custom"])
    .default("vllm")
    .describe("What serves it; custom: any container with an HTTP API."),
  huggingFace: z
    .string()
    .regex(new RegExp(`^${repositoryPattern}$`), "OWNER/REPOSITORY as on Hugging Face")
    .optional()
    .describe("Repository of the weights."),
  gated: z.boolean().default(false).describe("Whether the repository asks for an account that accepted its terms."),
  image: text.optional().describe("Image with a fixed tag or digest; default: the runtime's own, where it has one."),
  licences: z
    .array(nameOf("licence"))
    .min(1, "at least one licence")
    .describe('Licence ids of the catalogue; "own" for what the organisation made itself.'),
  parametersB: size.optional().describe("Parameters, thousand millions."),
  precision: z
    .enum(["fp32", "fp16", "bf16", "fp8", "nvfp4", "w4a16", "mixed"])
    .default("bf16")
    .describe("Precision of the weights as they are loaded."),
  weightsGiB: size.optional().describe("Size of the weights in GPU memory, GiB."),
  layers: layers.optional(),
  hiddenSize: positive.optional().describe("Width of the hidden states."),
  attentionHeads: positive.optional().describe("Query heads."),
  headDim: headDim.optional(),
  attention: attention.optional().describe("What the memory of the context is computed from."),
  maxContext: positive.optional().describe("Tokens; leave it out for a model without a context."),
  requirements: z
    .array(requirement)
    .default([])
    .describe("GPUs that are known to be enough, instead of the numbers of its architecture."),
  diskGiB: size.describe("Space of weights and caches, GiB."),
  memoryGiB: size.optional().describe("Main memory of a pod, GiB."),
  cpu: size.optional().describe("Processors of a pod."),
  shmGiB: size.optional().describe("/dev/shm, GiB; default: the runtime's."),
  port: z
    .int()
    .min(1024, "a port from 1024 to 65535: without root none below can be opened")
    .max(65_535, "a port from 1024 to 65535")
    .optional()
    .describe("Port of its API; default: the runtime's, which only custom lets you change."),
  healthPath: z
    .string()
    .regex(/^\/[\w.~/-]*$/, "a path that begins with /, such as /healthz")
    .optional()
    .describe("Answers 200 once it serves; default: the runtime's."),
  uid: z
    .int()
    .min(1, "the number of a user other than root, such as 1000")
    .optional()
    .describe("User that its image runs as, not root; default: the runtime's."),
  args: z
    .array(z.string())
    .default([])
    .describe(
      "Arguments of the container, after the kit's own. Kubernetes replaces $(NAME); $$(NAME) stands for itself.",
    ),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a variable"), z.string())
    .default({})
    .describe("Variables of the container; secrets never."),
  chatFormat: z
    .literal("chatml")
    .optional()
    .describe("Format of its chats, which a system prompt of the stack's is put into."),
  api: z
    .strictObject({
      kind: z
        .enum(["chat", "embeddings", "rerank", "rest"])
        .describe(
          "chat, embeddings and rerank are found by the model that a request names, to which a container of its own has to answer; rest by its path.",
        ),
      paths: z
        .array(
          z
            .string()
            .max(512, "a path of at most 512 letters")
            .regex(/^(\/(?!\.\.?(\/|$))[A-Za-z0-9._-]+)+(\/\*)?$/, "a path such as /v1/predict or /v2/models/*"),
        )
        .default([])
        .describe(
          "Paths of a REST API; one that ends in `/*` stands for everything below it. Those of OpenAI's API need not be named.",
        ),
    })
    .describe("How it is asked."),
});
export type OwnModel = z.infer<typeof ownModelSchema>;
