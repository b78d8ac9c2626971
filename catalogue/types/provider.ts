import type { CredentialId, LicenceId, Newer, Sourced } from "./common.ts";

/** What is spoken on a path of a provider: OpenAI's chat completions or responses, Amazon Bedrock's Converse or its stream. */
export type Dialect = "chat-completions" | "responses" | "converse" | "converse-stream";

/** One path of a provider's API; `{model}` stands for the model's id. */
export interface ProviderPath {
  /** On this gateway. */
  readonly path: string;
  /** At the provider. */
  readonly target: string;
  readonly dialect: Dialect;
}

/** Somebody else's endpoint that the gateway routes to: no GPU, no pod, no weights. */
export interface Provider extends Sourced {
  /** Also the key under which a stack sets its model. A DNS label. */
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  /** Host name; `{region}` stands for the region that answers. */
  readonly host: string;
  /** Region unless the stack names one; null: the host has none, or the stack has to name it. */
  readonly region: string | null;
  readonly api: {
    /** "chat": routed by the model's name in the body; "rest": by path, which holds the model's id. */
    readonly kind: "chat" | "rest";
    readonly paths: readonly ProviderPath[];
  };
  /** Secret that the gateway adds as a bearer token. */
  readonly credential: CredentialId;
  /** Model id that public code used when the row was read; a stack can name another one. */
  readonly model: string;
  readonly licences: readonly LicenceId[];
  readonly newer: Newer;
  readonly notes: string;
}
