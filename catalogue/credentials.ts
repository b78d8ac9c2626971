import type { CredentialId } from "./types.ts";

/** How a credential is used. */
export interface Credential {
  /** Variable that containers read it from. */
  readonly env: string;
  /** Registry and user name of image pulls with it; null where it opens no registry. */
  readonly registry: { readonly host: string; readonly username: string } | null;
}

/** Source: k8s-nim-operator (pull secret for nvcr.io with the user $oauthtoken), vLLM's Docker page (HF_TOKEN). */
export const credentials: Readonly<Record<CredentialId, Credential>> = {
  ngc: { env: "NGC_API_KEY", registry: { host: "nvcr.io", username: "$oauthtoken" } },
  "hugging-face": { env: "HF_TOKEN", registry: null },
};
