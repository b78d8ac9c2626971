import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { z } from "zod";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";
import { namedPlugin, pluginUnderTest } from "../../../support/program.ts";
import { type Stack, test } from "./stack.ts";

const other = namedPlugin("POLYMATH_OTHER_KUBERNETES_PLUGIN");

const program = (replicas: number, word: string) => `
new k8s.apps.v1.Deployment("web", workload("web", { replicas: ${replicas},
  container: { env: [{ name: "TOKEN", value: "open-word" }], resources: { limits: { cpu: "1", memory: "1Gi" } } } }));
new k8s.core.v1.ConfigMap("settings", { metadata: { namespace }, data: { word: "${word}" } });
new k8s.core.v1.Secret("keys", { metadata: { name: "keys", namespace }, data: { key: pulumi.secret("${btoa("clear-word")}") } });
new k8s.rbac.v1.ClusterRole("reader", { metadata: { name: namespace }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] });`;

/** Field managers of Pulumi's plugins; the official one creates with a POST and then applies, both under one name. */
const managers = (object: KubeObject) => [
  ...new Set(
    object.metadata.managedFields?.flatMap(({ manager }) => /^pulumi-kubernetes.*$/.exec(manager ?? "")?.[0] ?? []),
  ),
];

/** Values marked secret, as an export with `--show-secrets` writes them. */
const plainSecret = z.looseObject({ plaintext: z.string() });
const inputsSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const fixtureSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        inputs: z.record(z.string(), z.unknown()).optional(),
        outputs: z.looseObject({ __fieldManager: z.string().optional() }).optional(),
      }),
    ),
  }),
});

/**
 * Imports a state as the official plugin writes it (official-state.json): what it keeps for itself is in the file, and the rest of the outputs
 * is the live object, which is applied here under the field manager that the state names.
 */
async function importOfficialState({ namespace, client, path, folder, pulumi }: Stack): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, "official-state.json"), "utf8").replaceAll(
    "NAMESPACE",
    namespace,
  );
  const state = fixtureSchema.parse(JSON.parse(text));
  for (const { inputs, outputs } of state.deployment.resources) {
    const manager = outputs?.__fieldManager;
    if (outputs === undefined || manager === undefined) continue;
    const object = inputsSchema.parse(inputs);
    const secret = plainSecret.safeParse(object["data"]).data;
    const body = secret ? { ...object, data: JSON.parse(secret.plaintext) as unknown } : object;
    const live = await client.request("PATCH", await path(object.apiVersion, object.kind, object.metadata.name), {
      query: { fieldManager: manager },
      contentType: "application/apply-patch+yaml",
      body,
    });
    Object.assign(outputs, live);
    if (secret) outputs["data"] = secret;
  }
  // The engine encrypts the secrets on the way in, with the stack's own key.
  const salt = /^encryptionsalt: (.+)$/m.exec(readFileSync(join(folder, "Pulumi.test.yaml"), "utf8"))?.[1];
  state.deployment["secrets_providers"] = { type: "passphrase", state: { salt } };
  const file = join(folder, "state.json");
  writeFileSync(file, JSON.stringify(state));
  await pulumi("stack", "import", "--file", file);
}

/** What every plugin must do with a state that another one wrote. */
async function goesOn(stack: Stack): Promise<void> {
  const web = await stack.live("apps/v1", "Deployment", "web");
  for (const command of ["preview", "refresh", "preview"]) {
    expect((await stack.pulumi(command, "--expect-no-changes")).changes).toEqual({ unchanged: 5 });
  }
  stack.write(program(2, "new"));
  expect((await stack.pulumi("up")).changes).toEqual({ updated: 1, replaced: 1, unchanged: 3 });
  const after = await stack.live("apps/v1", "Deployment", "web");
  expect(after.metadata.uid).toBe(web.metadata.uid);
  expect(after.spec?.["replicas"]).toBe(2);
  // The same manager goes on, so that a field taken out of the program later is nobody else's.
  expect(managers(web)).toHaveLength(1);
  expect(managers(after)).toEqual(managers(web));
}

describe("state of another plugin", () => {
  test("a state that the official plugin wrote: no change, then updates under its field managers, then destroy", async ({
    stack,
  }) => {
    await importOfficialState(stack);
    stack.write(program(1, "old"));
    await goesOn(stack);
    expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 5 });
    expect(await stack.list("apps/v1", "Deployment")).toEqual([]);
    expect(
      await stack.client.find(await stack.path("rbac.authorization.k8s.io/v1", "ClusterRole", stack.namespace)),
    ).toBeUndefined();
  });

  // Needs a second executable, as the official one cannot be had everywhere.
  test.skipIf(other === undefined)("two plugins read each other's state, in both directions", async ({ stack }) => {
    for (const [first, second] of [
      [pluginUnderTest(), other ?? ""],
      [other ?? "", pluginUnderTest()],
    ] as const) {
      stack.usePlugin(first);
      stack.write(program(1, "old"));
      await stack.pulumi("up");
      stack.usePlugin(second);
      await goesOn(stack);
      stack.usePlugin(first);
      expect((await stack.pulumi("preview", "--refresh", "--expect-no-changes")).changes).toEqual({ unchanged: 5 });
      expect((await stack.pulumi("destroy")).changes).toEqual({ deleted: 5 });
    }
  });
});
