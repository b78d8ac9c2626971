import { z } from "zod";
import type { DataClass } from "../catalogue/types/index.ts";
import { ownModelSchema } from "./own-model.ts";
import {
  dnsLabel,
  folderPattern,
  modelNameOf,
  nameOf,
  positive,
  repositoryPattern,
  shortLabel,
  shortLabelOf,
  text,
} from "./values.ts";

/** Values that `pulumi config set --secret` writes; a string in clear is refused by the check `secret-in-clear`. */
const secretValue = z.union([z.strictObject({ secure: z.string().describe("As Pulumi encrypted it.") }), z.string()]);

const replicas = z
  .strictObject({
    min: positive.describe("Pods that always run."),
    max: positive.describe("Most pods; an autoscaler is not part of the kit yet, so it must equal min."),
  })
  .refine(({ min, max }) => max === min, {
    message: "max must equal min: autoscaling is not part of the kit yet",
    path: ["max"],
  });

const adapter = z.strictObject({
  name: shortLabel.describe(
    "Requests name it as `<specialist>:<name>`; the first one answers under the specialist's own name.",
  ),
  source: z
    .string()
    .regex(
      new RegExp(`^(hf://${repositoryPattern}|store://${folderPattern})$`),
      "hf://OWNER/REPOSITORY, or store://FOLDER for one that lies on the specialist's weight store",
    )
    .describe("hf://OWNER/REPOSITORY, or store://FOLDER for one that lies on the specialist's weight store."),
  rank: z
    .int()
    .min(1, "a whole number from 1 to 256")
    .max(256, "a whole number from 1 to 256")
    .default(16)
    .describe("Rank of the LoRA."),
});

const settings = z.strictObject({
  systemPrompt: text
    .nullable()
    .default(null)
    .describe("Said before every chat that brings no system message of its own."),
  generation: z
    .strictObject({
      temperature: z.number().min(0, "a number from 0 up").exactOptional().describe("0 is greedy."),
      top_p: z
        .number()
        .positive("a number above 0 and up to 1")
        .max(1, "a number above 0 and up to 1")
        .exactOptional()
        .describe("Share of the likeliest tokens, by their probability."),
      top_k: z.int().min(-1, "a whole number from -1 up").exactOptional().describe("-1 and 0 stand for every token."),
      max_new_tokens: positive.exactOptional().describe("Longest answer, tokens."),
      repetition_penalty: z.number().positive("a number above 0").exactOptional().describe("1 is none."),
    })
    .default({})
    .describe("Defaults of generation, by the engine's names."),
});

/** What a stack file can change about a specialist of a bundle. */
const specialistOverride = z.strictObject({
  replicas: replicas.optional().describe("Pods that answer side by side."),
  context: positive.optional().describe("Tokens per request that must fit."),
  concurrency: positive.optional().describe("Requests at full context that must fit at once, per replica."),
  revision: text.optional().describe("Revision of the weights (a commit of their repository)."),
  adapters: z.array(adapter).min(1, "at least one adapter").optional().describe("LoRA adapters on the model."),
  settings: settings.optional().describe("System prompt and defaults of generation."),
  source: text
    .optional()
    .describe("What fills the slot of a specialist that has one: a model repository, weights or an image."),
});

const dataClass = z.enum({
  public: "public",
  internal: "internal",
  confidential: "confidential",
  personal: "personal",
  health: "health",
  "export-controlled": "export-controlled",
} satisfies { [Class in DataClass]: Class });

/** Every data class, in the order in which lists of them are shown. */
export const dataClasses: readonly DataClass[] = dataClass.options;

/** Governance of one bundle where it is to be stricter; what is laxer needs a waiver. Default: the bundle's own. */
const bundleGovernance = z.strictObject({
  dataClasses: z
    .array(dataClass)
    .min(1, "at least one data class")
    .optional()
    .describe("Data that may be sent to the domain."),
  externalProviders: z
    .boolean()
    .optional()
    .describe("Whether requests may leave the cluster for an external provider."),
  humanReview: z.boolean().optional().describe("Whether a person has to look at an answer before it is acted on."),
});

const bundleEntry = z.union([
  nameOf("bundle"),
  z.strictObject({
    name: nameOf("bundle").describe("A bundle's id or family name."),
    only: z
      .array(nameOf("specialist"))
      .min(1, "at least one specialist")
      .optional()
      .describe("Names of the specialists that are wanted; default: all of the bundle."),
    specialists: z
      .record(nameOf("specialist", dnsLabel), specialistOverride)
      .optional()
      .describe("Values for specialists of the bundle, by public name."),
    governance: bundleGovernance
      .optional()
      .describe("Where the environment is stricter than the bundle; what is laxer needs a waiver."),
  }),
]);

const cluster = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z
      .literal("existing")
      .describe(
        "A cluster that is there, reached through a kubeconfig. Its GPU nodes carry the pools' labels and taint.",
      ),
    context: z.string().optional().describe("Context of the kubeconfig; default: its current one."),
    kubeconfig: z.string().optional().describe("Default: KUBECONFIG, else the usual file of the home folder."),
  }),
  z.strictObject({
    kind: z.literal("rehearsal").describe("Exists only inside `npm run rehearse`."),
    zones: z
      .int()
      .min(1, "a whole number from 1 to 6")
      .max(6, "a whole number from 1 to 6")
      .default(3)
      .describe("Zones that its nodes are spread over."),
  }),
]);

const ownSpecialist = z.strictObject({
  model: nameOf("model").describe("A model of the catalogue, or one of `polymath:models`."),
  bundle: nameOf("bundle").describe("The bundle, and so the namespace and governance, that it belongs to."),
  ...specialistOverride.shape,
});

const pools = z.strictObject({
  purchase: z.literal("on-demand").default("on-demand").describe("How nodes are paid for."),
  allow: z
    .array(nameOf("gpu"))
    .min(1, "at least one GPU kind")
    .optional()
    .describe("GPU kinds that may be used; default: all of the catalogue."),
  max: positive.default(6).describe("Most pools."),
});

const routing = z.strictObject({
  host: z
    .string()
    .regex(
      /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "a host name such as models.example.eu",
    )
    .describe("Host name of the OpenAI-compatible endpoint."),
  auth: z
    .strictObject({
      apiKey: z
        .strictObject({
          clients: z
            .array(shortLabel)
            .min(1, "at least one client")
            .describe("Names of clients; the key of each is the secret `polymath:secrets.client-<name>`."),
        })
        .describe("Each client sends a key of its own."),
    })
    .optional()
    .describe("Who may use the endpoint; only the environment called local may go without."),
  aliases: z
    .record(modelNameOf("a model name"), nameOf("specialist"))
    .default({})
    .describe("Other names under which a specialist answers: alias to public name."),
});

const governance = z.strictObject({
  acceptLicences: z
    .array(nameOf("licence"))
    .default([])
    .describe("Ids of licences that were read and accepted for this environment."),
  registries: z
    .array(
      z
        .string()
        .regex(
          /^(localhost|[a-z0-9-]+(?=:)|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?(\/[a-z0-9._-]+)*$/,
          "a registry with its host, such as registry.example.eu/models",
        ),
    )
    .default([])
    .describe("Registries of this organisation's own images, or folders of them, with their host."),
  use: z
    .enum(["commercial", "research"])
    .default("commercial")
    .describe('What the environment is for: licences that allow no commercial use deploy only where it is "research".'),
  external: z
    .enum(["allowed", "none"])
    .default("allowed")
    .describe('"none": no request leaves the cluster for an external provider, whatever a bundle allows.'),
});

/** Where requests to an external provider go. */
const external = z.strictObject({
  model: modelNameOf("a model id")
    .optional()
    .describe("The model's id at the provider; ids age fast. Default: the row's."),
  region: shortLabelOf("a region such as eu-central-1")
    .optional()
    .describe("Region of the endpoint, for a provider whose host has one. Default: the row's."),
});

const waiver = z.strictObject({
  rule: z.string().describe("Id of the rule: budget-exceeded, no-authentication or governance-loosened."),
  target: z.string().describe('Path of the finding, or "*".'),
  reason: text.describe("Why it is waived; printed at every run."),
  expires: z.iso.date("a day such as 2026-12-31").describe("Last day on which it counts, ISO 8601."),
  approvedBy: text.describe("Who took the responsibility."),
});

/** The `polymath:` keys of one environment after its layers are merged. Strict: an unknown key is an error. */
export const environmentSchema = z.strictObject({
  cluster: cluster.describe("Where the environment runs."),
  bundles: z
    .array(bundleEntry)
    .min(1, "at least one bundle")
    .describe("Domain bundles that the environment has, by their ids or family names."),
  models: z.record(dnsLabel, ownModelSchema).default({}).describe("Models of this organisation's own, by id."),
  specialists: z
    .record(dnsLabel, ownSpecialist)
    .default({})
    .describe("Specialists of this organisation's own, by public name."),
  pools: pools.prefault({}).describe("GPU nodes that may be used."),
  storage: z
    .strictObject({ className: dnsLabel.optional().describe("StorageClass of weight stores; default: the cluster's.") })
    .default({})
    .describe("Volumes of weights."),
  routing: routing.describe("The endpoint that clients use."),
  external: z
    .record(nameOf("provider", dnsLabel), external)
    .default({})
    .describe("Models and regions of external providers, by the provider's id."),
  governance: governance.prefault({}).describe("What was accepted, and what is allowed here."),
  budget: z
    .strictObject({
      usdPerMonth: z
        .strictObject({ ceiling: z.number().positive("a number above 0").describe("At most.") })
        .describe("US dollars, On-Demand, in a month of 730 hours."),
    })
    .optional()
    .describe("What the GPU nodes may cost."),
  secrets: z
    .record(nameOf("secret", dnsLabel), secretValue)
    .default({})
    .describe("Written by `pulumi config set --secret`, never by hand."),
  waivers: z.array(waiver).default([]).describe("The only way past a finding, for rules about what is allowed."),
});

/** One environment as its stack file and layers say, checked for shape but not yet against the catalogue. */
export type EnvironmentConfig = z.infer<typeof environmentSchema>;
export type BundleGovernance = z.infer<typeof bundleGovernance>;
export type SpecialistOverride = z.infer<typeof specialistOverride>;
export type Waiver = z.infer<typeof waiver>;
