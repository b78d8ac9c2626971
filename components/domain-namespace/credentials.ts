import type { CredentialId } from "../../catalogue/types/index.ts";

/** Secret whose key `value` holds the credential. */
export const credentialSecret = (id: CredentialId): string => `credential-${id}`;
/** Secret for image pulls with the credential. */
export const pullSecret = (id: CredentialId): string => `pull-${id}`;

/** A Docker configuration that logs in to one registry. */
export function dockerConfig(
  { host, username }: { readonly host: string; readonly username: string },
  password: string,
): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [host]: { username, password, auth } } });
}
