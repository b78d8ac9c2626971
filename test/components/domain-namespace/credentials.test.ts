import { expect, test } from "vitest";
import {
  credentialIds,
  credentialSecret,
  dockerConfig,
  pullSecret,
} from "../../../components/domain-namespace/credentials.ts";

test("names of Secrets come from the credential", () => {
  expect(credentialIds.map((id) => [id, credentialSecret(id), pullSecret(id)])).toEqual([
    ["ngc", "credential-ngc", "pull-ngc"],
    ["hugging-face", "credential-hugging-face", "pull-hugging-face"],
  ]);
});

test("a Docker configuration logs in to one registry", () => {
  expect(JSON.parse(dockerConfig({ host: "nvcr.io", username: "$oauthtoken" }, "key"))).toEqual({
    auths: { "nvcr.io": { username: "$oauthtoken", password: "key", auth: "JG9hdXRodG9rZW46a2V5" } },
  });
});
