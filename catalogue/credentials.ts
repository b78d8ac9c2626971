import type { CredentialId, Sourced } from "./types/index.ts";

/** How a credential is used. */
export interface Credential extends Sourced {
  /** Variables that containers read it from; none where it never reaches one. */
  readonly env: readonly string[];
  /** Registry and user name of image pulls with it; null where it opens no registry. */
  readonly registry: { readonly host: string; readonly username: string } | null;
}

const row = (env: Credential["env"], registry: Credential["registry"], source: string): Credential => ({
  env,
  registry,
  sources: [source],
  evidence: "vendor",
  read: "2026-11-23",
});

/** Keys of external providers stay at the gateway: no container reads them. */
export const credentials: Readonly<Record<CredentialId, Credential>> = {
  ngc: row(
    ["NGC_API_KEY", "NGC_CLI_API_KEY"],
    { host: "nvcr.io", username: "$oauthtoken" },
    "github.com/NVIDIA/k8s-nim-operator@f63f74d api/apps/v1alpha1/nimservice_types.go",
  ),
  "hugging-face": row(["HF_TOKEN"], null, "https://docs.vllm.ai/en/stable/deployment/docker/"),
  openai: row([], null, "https://platform.openai.com/docs/api-reference/chat/create"),
  gemini: row([], null, "https://ai.google.dev/gemini-api/docs/openai"),
  "nvidia-api": row([], null, "https://docs.api.nvidia.com/nim/reference/llm-apis"),
  bedrock: row([], null, "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html"),
};

const isCredentialId = (key: string): key is CredentialId => Object.hasOwn(credentials, key);

/** Every credential that the catalogue knows, in its order. */
export const credentialIds: readonly CredentialId[] = Object.keys(credentials).filter(isCredentialId);

/** Credential that pulls of an image need; null: none that is known. */
export function pullCredential(repository: string): CredentialId | null {
  const host = repository.split("/")[0];
  return credentialIds.find((id) => credentials[id].registry?.host === host) ?? null;
}
