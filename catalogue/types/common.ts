/** How a figure is known. A plan shows the weakest class that it rests on. */
export type Evidence = "measured" | "vendor" | "estimated" | "unverified";

/** Where a row's facts were read. Every row has it. */
export interface Sourced {
  /** Public documents or `owner/repo path` references. At least one. */
  readonly sources: readonly string[];
  readonly evidence: Evidence;
  /** Day the facts were read, ISO 8601. */
  readonly read: string;
}

/** Secrets that a plan can ask for, by their key under `polymath:secrets`. */
export type CredentialId = "ngc" | "hugging-face" | "openai" | "gemini" | "nvidia-api" | "bedrock";

export type LicenceId =
  | "apache-2.0"
  | "bsd-3-clause"
  | "mit"
  | "openmdw-1.1"
  | "gemma"
  | "hai-def"
  | "llama-3-community"
  | "llama-3.1-community"
  | "llama-3.2-community"
  | "llama-3.3-community"
  | "qwen"
  | "mistral-modified-mit"
  | "nvidia-ai-foundation-models-community"
  | "nvidia-ai-product-agreement"
  | "nvidia-ai-enterprise"
  | "nvidia-community-models"
  | "nvidia-nemotron-open-model"
  | "nvidia-oneway-noncommercial"
  | "nvidia-open-model"
  | "writer-open-model"
  | "aws-service-terms"
  | "gemini-api-terms"
  | "nvidia-api-trial"
  | "openai-services-agreement"
  | "own";

/** Terms under which weights and containers may be used. */
export interface Licence extends Sourced {
  readonly id: LicenceId;
  readonly title: string;
  readonly commercialUse: "yes" | "no" | "conditional";
  /** Whether weights or images may be handed on, a private mirror included. */
  readonly redistribution: "yes" | "no" | "conditional";
  /** True: deploys only where the stack lists it under `polymath:governance.acceptLicences`. */
  readonly needsAcceptance: boolean;
}

/** Kinds of data by who may see them, as organisations class them. */
export type DataClass = "public" | "internal" | "confidential" | "personal" | "health" | "export-controlled";

/** What is known to have come after a row. */
export interface Newer {
  /** Tags of the same image, or versions of the same weights. */
  readonly versions: readonly string[];
  /** Id of the row that takes its place; null: none. */
  readonly row: string | null;
}
