import { expect, test } from "vitest";
import { credentialIds } from "../../../catalogue/credentials.ts";
import { credentialSecret, dockerConfig, pullSecret } from "../../../components/domain-namespace/credentials.ts";

test("names of Secrets come from the credential", () => {
  expect(credentialIds).toEqual(["ngc", "hugging-face", "openai", "gemini", "nvidia-api", "bedrock"]);
  expect([credentialSecret("ngc"), pullSecret("ngc")]).toEqual(["credential-ngc", "pull-ngc"]);
});

test("a Docker configuration logs in to one registry", () => {
  expect(JSON.parse(dockerConfig({ host: "nvcr.io", username: "$oauthtoken" }, "key"))).toEqual({
    auths: { "nvcr.io": { username: "$oauthtoken", password: "key", auth: "JG9hdXRodG9rZW46a2V5" } },
  });
});
