import type { DataClass, Sourced } from "./common.ts";

export type RegulationId =
  | "hipaa"
  | "gdpr"
  | "eu-ai-act-high-risk"
  | "fda-samd"
  | "sox"
  | "pci-dss"
  | "iso-26262"
  | "iso-10218"
  | "itar-ear";

/** A law or standard, and where its text stands. */
export interface Regulation extends Sourced {
  readonly id: RegulationId;
  readonly title: string;
  /** One sentence: what it asks of those who run models. */
  readonly asks: string;
}

/** What may go to a bundle's specialists, and under which rules. A stack may be stricter; to be laxer it needs a waiver. */
export interface Governance {
  /** Data that may be sent to it. */
  readonly dataClasses: readonly DataClass[];
  /** What usually applies, each with the reason in one sentence and its source. */
  readonly regulations: readonly {
    readonly regulation: RegulationId;
    readonly because: string;
    readonly source: string;
  }[];
  /** Whether requests may leave the cluster for an external provider. */
  readonly externalProviders: boolean;
  /** Whether a person has to look at an answer before it is acted on. */
  readonly humanReview: boolean;
}

/** A domain: a list of specialists with a governance class. */
export interface Bundle {
  readonly id: string;
  /** Bundle that this one is a variant of: the two may share specialists, which are then deployed once. */
  readonly variantOf: string | null;
  /** Family names that select the same bundle. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly specialists: readonly string[];
  /** Ids of external providers. */
  readonly providers: readonly string[];
  readonly governance: Governance;
  /** Day on which its regulations were read, ISO 8601. */
  readonly read: string;
}

/** Something that was read about and is not in the catalogue. */
export interface KeptOut {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly rule: "no-image" | "no-model" | "moving-tag" | "no-licence" | "unverified" | "not-released";
  /** What is missing, and what would let it in. */
  readonly reason: string;
  readonly sources: readonly string[];
  /** Day it was looked for, ISO 8601. */
  readonly read: string;
}
