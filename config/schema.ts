import { z } from "zod";

const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, "a name of at most 63 lower-case letters, digits, dots and hyphens");
const positive = z.int().positive("a whole number above 0");
const text = z.string().min(1, "text that is not empty");

/** Values that `pulumi config set --secret` writes; a string in clear is refused by the check `secret-in-clear`. */
const secretValue = z.union([z.strictObject({ secure: z.string() }), z.string()]);

const replicas = z
  .strictObject({
    /** Pods that always run. */
    min: positive,
    /** Most pods; an autoscaler is not part of the kit yet, so it must equal min. */
    max: positive,
  })
  .refine(({ min, max }) => max === min, {
    message: "max must equal min: autoscaling is not part of the kit yet",
    path: ["max"],
  });

/** What a stack file can change about a specialist of a bundle. */
const specialistOverride = z.strictObject({
  replicas: replicas.optional(),
  /** Tokens per request that must fit. */
  context: positive.optional(),
  /** Requests at full context that must fit at once, per replica. */
  concurrency: positive.optional(),
  /** Revision of the weights (a commit of their repository). */
  revision: text.optional(),
});

const bundleEntry = z.union([
  z.string(),
  z.strictObject({ name: z.string(), specialists: z.record(dnsLabel, specialistOverride).optional() }),
]);

const cluster = z.discriminatedUnion("kind", [
  z.strictObject({
    /** A cluster that is there, reached through a kubeconfig. Its GPU nodes carry the pools' labels and taint. */
    kind: z.literal("existing"),
    /** Context of the kubeconfig; default: its current one. */
    context: z.string().optional(),
    /** Default: KUBECONFIG, else the usual file of the home folder. */
    kubeconfig: z.string().optional(),
  }),
  /** Exists only inside `npm run rehearse`. */
  z.strictObject({
    kind: z.literal("rehearsal"),
    /** Zones that its nodes are spread over. */
    zones: z.int().min(1, "a whole number from 1 to 6").max(6, "a whole number from 1 to 6").default(3),
  }),
]);

const ownSpecialist = z.strictObject({
  /** A model of the catalogue. */
  model: z.string(),
  /** The bundle, and so the namespace and governance, that it belongs to. */
  bundle: z.string(),
  ...specialistOverride.shape,
});

const pools = z.strictObject({
  purchase: z.literal("on-demand").default("on-demand"),
  /** GPU kinds that may be used; default: all of the catalogue. */
  allow: z.array(z.string()).min(1, "at least one GPU kind").optional(),
  /** Most pools. */
  max: positive.default(6),
});

const routing = z.strictObject({
  /** Host name of the OpenAI-compatible endpoint. */
  host: z
    .string()
    .regex(
      /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "a host name such as models.example.eu",
    ),
  auth: z
    .strictObject({
      /** Names of clients; the key of each is the secret `polymath:secrets.client-<name>`. */
      apiKey: z.strictObject({
        clients: z
          .array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/, "a DNS label of at most 42 characters"))
          .min(1, "at least one client"),
      }),
    })
    .optional(),
  /** Other names under which a specialist answers: alias to public name. */
  aliases: z
    .record(
      z
        .string()
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
          "a model name: at most 128 letters, digits and . _ : / -, a letter or digit first",
        ),
      z.string(),
    )
    .default({}),
});

const waiver = z.strictObject({
  rule: z.string(),
  /** Path of the finding, or "*". */
  target: z.string(),
  reason: text,
  /** Last day on which it counts, ISO 8601. */
  expires: z.iso.date("a day such as 2026-12-31"),
  approvedBy: text,
});

/** The `polymath:` keys of one environment after its layers are merged. Strict: an unknown key is an error. */
export const environmentSchema = z.strictObject({
  cluster,
  bundles: z.array(bundleEntry).min(1, "at least one bundle"),
  specialists: z.record(dnsLabel, ownSpecialist).default({}),
  pools: pools.default({ purchase: "on-demand", max: 6 }),
  storage: z
    .strictObject({ /** StorageClass of weight stores; default: the cluster's. */ className: dnsLabel.optional() })
    .default({}),
  routing,
  governance: z.strictObject({ acceptLicences: z.array(z.string()).default([]) }).default({ acceptLicences: [] }),
  budget: z
    .strictObject({ usdPerMonth: z.strictObject({ ceiling: z.number().positive("a number above 0") }) })
    .optional(),
  secrets: z.record(dnsLabel, secretValue).default({}),
  waivers: z.array(waiver).default([]),
});

/** One environment as its stack file and layers say, checked for shape but not yet against the catalogue. */
export type EnvironmentConfig = z.infer<typeof environmentSchema>;
export type SpecialistOverride = z.infer<typeof specialistOverride>;
export type Waiver = z.infer<typeof waiver>;
