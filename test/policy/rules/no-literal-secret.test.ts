import { expect, test } from "vitest";
import { noLiteralSecret } from "../../../policy/rules/no-literal-secret.ts";
import { check, container, deployment, deploymentType, onlyContainer, podSpec, unknown } from "../support.ts";

const rule = noLiteralSecret();
const pod = (extra: Record<string, unknown>) => deployment(podSpec({ containers: [container(extra)] }));
const env = (name: string, value: unknown) => pod({ env: [{ name, value }] });
const fix = "put the value into a Secret, and refer to it with env valueFrom.secretKeyRef or mount it as a file";
const byName = "a literal value under a name that looks like a secret's";
const like = (what: string) => `a literal value that looks like ${what}`;
const inEnv = (name: string, found: string) =>
  `${onlyContainer}, env ${name}: found ${found}. Allowed: valueFrom.secretKeyRef. To do: ${fix}.`;
const inArgs = (index: number, found: string, field = "args") =>
  `${onlyContainer}, ${field}[${index}]: found ${found}. Allowed: $(NAME) of a variable that is filled from a Secret. To do: ${fix}.`;

test.each(["HF_TOKEN", "NGC_API_KEY", "DB_PASSWORD", "clientSecret", "VLLM_APIKEY", "PASSWORD_2", "aws-credentials"])(
  "refuses a literal in the variable %s",
  async (name) => {
    expect(await check(rule, deploymentType, env(name, "hunter2"))).toEqual({ violations: [inEnv(name, byName)] });
  },
);

test.each([
  ["HF_TOKEN_PATH", "/secrets/token"],
  ["API_KEY_FILE", "key.txt"],
  ["SECRET_NAME", "ngc-api-key"],
  ["MAX_TOKENS", "4096"],
  ["MAX_TOKEN_LENGTH", "4096"],
  ["TOKENIZERS_PARALLELISM", "false"],
  ["CACHE_KEY_PREFIX", "fin"],
  ["HF_TOKEN", ""],
  ["HF_TOKEN", "$(SHARED_TOKEN)"],
  ["SSL_KEY", "/etc/tls/tls.key"],
  ["USE_TOKEN", "true"],
  ["MODEL", "risk-assessment-model-2026-v2"],
  ["IMAGE", "task-force-1234567890123456"],
])("accepts the variable %s with the value %j", async (name, value) => {
  expect(await check(rule, deploymentType, env(name, value))).toEqual({ violations: [] });
});

test("accepts a variable that is filled from a Secret", async () => {
  const variable = { name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hf", key: "token" } } };
  expect(await check(rule, deploymentType, pod({ env: [variable] }))).toEqual({ violations: [] });
});

// Put together here, so that no scanner takes this file for a leak.
const samples: readonly (readonly [what: string, value: string])[] = [
  ["an NVIDIA API key (nvapi-…)", `nvapi-${"a1".repeat(16)}`],
  ["a Hugging Face token (hf_…)", `hf_${"aB".repeat(17)}`],
  ["an API key (sk-…)", `sk-${"proj-a1".repeat(4)}`],
  ["an AWS access key (AKIA… or ASIA…)", `AKIA${"A1".repeat(8)}`],
  ["a GitHub token (ghp_…)", `ghp_${"a1".repeat(18)}`],
  ["a GitLab token (glpat-…)", `glpat-${"a1".repeat(10)}`],
  ["a Slack token (xox…)", `xoxb-${"12".repeat(6)}`],
  ["a private key (PEM)", ["-----BEGIN RSA", "PRIVATE KEY-----\nMIIE"].join(" ")],
  ["a URL with a password", "postgres://app:hunter2@db:5432/x"],
];

test.each(samples)("refuses %s under a harmless name, and does not print it", async (what, value) => {
  expect(await check(rule, deploymentType, env("OPTIONS", `x=${value}`))).toEqual({
    violations: [inEnv("OPTIONS", like(what))],
  });
});

test.each([
  [["--api-key=hunter2"], [inArgs(0, byName)]],
  [["--api-key", "hunter2"], [inArgs(0, byName)]],
  [["--model", "x", "--hf-token", "hunter2"], [inArgs(2, byName)]],
  [["HF_TOKEN=hunter2"], [inArgs(0, byName)]],
  [["--api-key", `nvapi-${"a1".repeat(16)}`], [inArgs(1, like("an NVIDIA API key (nvapi-…)"))]],
  [[`echo nvapi-${"a1".repeat(16)}`], [inArgs(0, like("an NVIDIA API key (nvapi-…)"))]],
])("refuses the arguments %j", async (args, violations) => {
  expect(await check(rule, deploymentType, pod({ args }))).toEqual({ violations });
});

test.each([
  [["--api-key=$(API_KEY)"]],
  [["--api-key", "$(API_KEY)"]],
  [["--api-key", "--port", "8000"]],
  [["--max-num-batched-tokens", "8192", "--tokenizer", "x"]],
  [["--api-key-file", "/etc/x/key"]],
])("accepts the arguments %j", async (args) => {
  expect(await check(rule, deploymentType, pod({ args }))).toEqual({ violations: [] });
});

test("checks commands, and init containers", async () => {
  const init = container({ name: "fetch", command: ["env", "HF_TOKEN=hunter2", "fetch"] });
  expect(await check(rule, deploymentType, deployment(podSpec({ initContainers: [init] })))).toEqual({
    violations: [
      `Deployment "finance/fin-r1", init container "fetch" (spec.template.spec.initContainers[0]), command[1]: found ${byName}. Allowed: $(NAME) of a variable that is filled from a Secret. To do: ${fix}.`,
    ],
  });
});

const configMap = (data: unknown) => ({ metadata: { name: "settings", namespace: "finance" }, data });
const configMapType = "kubernetes:core/v1:ConfigMap";

test("refuses secrets in a ConfigMap, by name and by value", async () => {
  const data = { "config.yaml": `key: nvapi-${"a1".repeat(16)}\n`, "api-key": "hunter2", "server.conf": "port 80" };
  expect(await check(rule, configMapType, configMap(data))).toEqual({
    violations: [
      `ConfigMap "finance/settings", data["config.yaml"]: found ${like("an NVIDIA API key (nvapi-…)")}. Allowed: data that everybody who may read the namespace may know. To do: move the entry to a Secret.`,
      `ConfigMap "finance/settings", data["api-key"]: found ${byName}. Allowed: data that everybody who may read the namespace may know. To do: move the entry to a Secret.`,
    ],
  });
  expect(await check(rule, configMapType, configMap(undefined))).toEqual({ violations: [] });
});

test("refuses a ConfigMap that it cannot read", async () => {
  expect(await check(rule, configMapType, configMap({ port: 80 }))).toEqual({
    violations: [
      'ConfigMap "finance/settings", data: found port: Invalid input: expected string, received number. Allowed: texts by name. To do: correct these entries, since no rule can read them as they are.',
    ],
  });
});

test("leaves Secrets alone: that is where secrets belong", async () => {
  const secret = { metadata: { name: "hf" }, stringData: { token: `hf_${"aB".repeat(17)}` } };
  expect(await check(rule, "kubernetes:core/v1:Secret", secret)).toEqual({ violations: [] });
});

test("decides nothing about values that are not known yet, and still refuses the others", async () => {
  const variables = [
    { name: "A", value: unknown },
    { name: "HF_TOKEN", value: "hunter2" },
  ];
  expect(await check(rule, deploymentType, pod({ env: variables }))).toEqual({
    violations: [inEnv("HF_TOKEN", byName)],
    undecided: "string value at .spec.template.spec.containers.0.env.0.value can't be known during preview",
  });
  expect(await check(rule, configMapType, configMap({ a: unknown, "api-key": "hunter2" }))).toEqual({
    violations: [
      `ConfigMap "finance/settings", data["api-key"]: found ${byName}. Allowed: data that everybody who may read the namespace may know. To do: move the entry to a Secret.`,
    ],
    undecided: "string value at .data.a can't be known during preview",
  });
});
