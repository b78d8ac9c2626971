import type { CredentialId } from "./types/index.ts";

/** How a credential is used. */
export interface Credential {
  /** Variables that containers read it from; none where it never reaches one. */
  readonly env: readonly string[];
  /** Registry and user name of image pulls with it; null where it opens no registry. */
  readonly registry: { readonly host: string; readonly username: string } | null;
}

/** Source: k8s-nim-operator (pull secret for nvcr.io with the user $oauthtoken), vLLM's Docker page (HF_TOKEN). */
export const credentials: Readonly<Record<CredentialId, Credential>> = {
  ngc: { env: ["NGC_API_KEY", "NGC_CLI_API_KEY"], registry: { host: "nvcr.io", username: "$oauthtoken" } },
  "hugging-face": { env: ["HF_TOKEN"], registry: null },
  // Keys of external providers stay at the gateway.
  openai: { env: [], registry: null },
  gemini: { env: [], registry: null },
  "nvidia-api": { env: [], registry: null },
  bedrock: { env: [], registry: null },
};

const isCredentialId = (key: string): key is CredentialId => Object.hasOwn(credentials, key);

/** Every credential that the catalogue knows, in its order. */
export const credentialIds: readonly CredentialId[] = Object.keys(credentials).filter(isCredentialId);
