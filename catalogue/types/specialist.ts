/** A LoRA adapter on a base model. */
export interface Adapter {
  /** A DNS label; requests name it as `<specialist>:<adapter>`. */
  readonly name: string;
  /** `hf://owner/repository`, or `store://folder` for one that lies on the specialist's own weight store. */
  readonly source: string;
  readonly rank: number;
}

/** What makes a specialist of a general model without training. */
export interface Settings {
  /** Said before every chat that brings no system message of its own; null: none. */
  readonly systemPrompt: string | null;
  /** Defaults of generation, by the engine's names: temperature, top_p, max_new_tokens. */
  readonly generation: Readonly<Record<string, number>>;
}

/** A part that the organisation brings: nothing is deployed without it, and a rehearsal simulates it. */
export interface Slot {
  readonly kind: "adapter" | "model-repository" | "weights" | "image";
  /** What is missing, in a few words that a finding can show. */
  readonly what: string;
}

/** A deployable: what a route serves. Defaults that a stack file can override. */
export interface SpecialistRow {
  /** Public name: the `model` of a request, unique in the catalogue, a DNS label. */
  readonly name: string;
  readonly model: string;
  /** Tokens per request that must fit; null where the model has no context. */
  readonly context: number | null;
  /** Requests at full context that must fit in GPU memory at once. */
  readonly concurrency: number;
  readonly replicas: number;
  /** Revision of the weights, where known; "unresolved" is marked so in the lock. */
  readonly revision: string;
  readonly adapters: readonly Adapter[];
  readonly settings: Settings | null;
  readonly slot: Slot | null;
}
