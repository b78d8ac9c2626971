import { z } from "zod";
import { rowKinds } from "../../plan/catalogue/rows.ts";

const gpus = z.strictObject({ kind: z.string(), count: z.int().positive() });
const tokens = z.int().positive().nullable();

/** What `npm run catalogue -- --json` prints. */
export const listSchema = z.strictObject({
  entries: z.array(
    z.strictObject({
      name: z.string(),
      /** A model is one that no specialist serves by itself; external ones run at a provider. */
      kind: z.enum(["specialist", "model", "external"]),
      /** Bundles that have it. */
      domains: z.array(z.string()),
      api: z.enum(["chat", "embeddings", "rerank", "rest"]),
      /** Null for an external provider. */
      runtime: z.string().nullable(),
      licences: z.array(z.string()),
      /** Every kind that holds one replica, the smallest first; with --gpu those asked for. */
      gpus: z.array(gpus),
      /** Tokens per request as the row serves it. */
      context: tokens,
      /** Tokens that the model could be asked for. */
      maxContext: tokens,
      /** ISO 639-1 codes; empty where language does not matter or is not published. */
      languages: z.array(z.string()),
      evidence: z.enum(["measured", "vendor", "estimated", "unverified"]),
      /** What the organisation has to bring. */
      slot: z.string().nullable(),
    }),
  ),
});

/** What `show ID --json` prints: every row of that id. */
export const showSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      kind: z.enum(rowKinds),
      /** As in catalogue/types. */
      row: z.record(z.string(), z.json()),
      usedBy: z.array(z.string()),
      /** How one replica sits on each GPU kind; null for rows that are not sized. */
      fits: z
        .array(
          z.union([
            z.strictObject({
              gpu: z.string(),
              count: z.int().positive(),
              /** Of each GPU: GiB where the basis is parts, the vendor's GB where it is vendor. */
              required: z.number(),
              available: z.number(),
              basis: z.enum(["parts", "vendor"]),
              evidence: z.string(),
            }),
            z.strictObject({ gpu: z.string(), reason: z.string() }),
          ]),
        )
        .nullable(),
    }),
  ),
});

/** What `kept-out --json` prints. */
export const keptOutSchema = z.strictObject({
  keptOut: z.array(
    z.strictObject({
      id: z.string(),
      family: z.string(),
      title: z.string(),
      rule: z.string(),
      reason: z.string(),
      sources: z.array(z.string()),
      read: z.iso.date(),
    }),
  ),
});

const facts = z.strictObject({
  model: z.string(),
  /** Null, like all that is about GPUs, for an external provider. */
  image: z.string().nullable(),
  runtime: z.string().nullable(),
  /** All GPUs together. */
  weightsGiB: z.number().nullable(),
  /** Of one replica. */
  gpus: gpus.nullable(),
  /** Its share of its pool's nodes. */
  usdPerHour: z.number().nullable(),
  context: tokens,
  maxContext: tokens,
  licences: z.array(z.string()),
  api: z.strictObject({ kind: z.string(), paths: z.array(z.string()) }),
});

/** What `outdated --json` prints. */
export const outdatedSchema = z.strictObject({
  environment: z.string(),
  /** Day on which the age of the rows was counted. */
  today: z.iso.date(),
  /** Specialists and external providers with a newer row or newer versions. */
  entries: z.array(
    z.strictObject({
      name: z.string(),
      /** Newer tags or versions, with which no row has its facts. */
      versions: z.array(z.string()),
      now: facts,
      /** With the newest row; null where there is none. */
      newer: facts.nullable(),
      toAccept: z.array(z.string()),
      /** Why the environment would be refused with it. */
      findings: z.array(
        z.strictObject({
          rule: z.string(),
          severity: z.enum(["error", "warning"]),
          path: z.string(),
          given: z.string(),
          allowed: z.string(),
          fix: z.string(),
        }),
      ),
    }),
  ),
  /** Controllers that newer versions are known of. */
  controllers: z.array(z.strictObject({ id: z.string(), version: z.string(), versions: z.array(z.string()) })),
  /** Rows whose facts were read more than 90 days ago. */
  stale: z.array(
    z.strictObject({
      kind: z.string(),
      id: z.string(),
      /** Empty where the row does not say. */
      read: z.string(),
      days: z.int().nullable(),
      used: z.boolean(),
    }),
  ),
});
