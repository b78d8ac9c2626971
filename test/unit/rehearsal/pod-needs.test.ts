import { describe, expect, test } from "vitest";
import { PodNeeds, claimsOf } from "../../../rehearsal/pod-needs.ts";
import { apiServerWith, podOf } from "./objects.ts";

const container = (rest: Readonly<Record<string, unknown>>) => ({
  containers: [{ name: "server", image: "example.com/server:1", ...rest }],
});
const secret = (key: string, optional?: boolean) => ({
  name: "TOKEN",
  valueFrom: { secretKeyRef: { name: "token", key, ...(optional !== undefined && { optional }) } },
});

describe("variables", () => {
  const there = { "/api/v1/namespaces/law/secrets/token": { data: { value: "c2VjcmV0" } } };

  test.each([
    ["a Secret that is there", container({ env: [secret("value")] }), there, undefined],
    ["a Secret that is missing", container({ env: [secret("value")] }), {}, 'secret "token" not found'],
    [
      "a key that is missing",
      container({ env: [secret("other")] }),
      there,
      "couldn't find key other in Secret law/token",
    ],
    ["an optional Secret that is missing", container({ env: [secret("value", true)] }), {}, undefined],
    [
      "a ConfigMap that is missing",
      container({ env: [{ name: "MODE", valueFrom: { configMapKeyRef: { name: "modes", key: "mode" } } }] }),
      {},
      'configmap "modes" not found',
    ],
    ["a whole Secret", container({ envFrom: [{ secretRef: { name: "token" } }] }), there, undefined],
    [
      "a whole ConfigMap that is missing",
      container({ envFrom: [{ configMapRef: { name: "modes" } }] }),
      there,
      'configmap "modes" not found',
    ],
    [
      "a field of the pod and a plain value",
      container({
        env: [
          { name: "A", value: "1" },
          { name: "B", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        ],
      }),
      {},
      undefined,
    ],
  ])("come from %s", async (_what, spec, objects, missing) => {
    expect(await new PodNeeds(apiServerWith(objects)).missingVariable(podOf("a", spec), 0)).toBe(missing);
  });
});

describe("volumes", () => {
  const volumes = (...list: readonly object[]) => podOf("a", { volumes: list });
  const needs = new PodNeeds(apiServerWith({ "/api/v1/namespaces/law/configmaps/there": { data: {} } }));

  test("that need a Secret or ConfigMap wait for it", async () => {
    expect(await needs.missingVolume(volumes({ name: "keys", secret: { secretName: "keys" } }))).toBe(
      'MountVolume.SetUp failed for volume "keys" : secret "keys" not found',
    );
    expect(await needs.missingVolume(volumes({ name: "modes", configMap: { name: "modes" } }))).toBe(
      'MountVolume.SetUp failed for volume "modes" : configmap "modes" not found',
    );
  });

  test("that need nothing, or nothing that has to be there, do not", async () => {
    const list = [
      { name: "shm", emptyDir: {} },
      { name: "there", configMap: { name: "there" } },
      { name: "keys", secret: { secretName: "keys", optional: true } },
      { name: "weights", persistentVolumeClaim: { claimName: "weights" } },
    ];
    expect(await needs.missingVolume(volumes(...list))).toBeUndefined();
    expect(claimsOf(volumes(...list))).toEqual(["weights"]);
  });
});

test("one pull secret that is there is enough, none is not", async () => {
  const pod = podOf("a", { imagePullSecrets: [{ name: "gone" }, { name: "pull-ngc" }] });
  expect(await new PodNeeds(apiServerWith({ "/api/v1/namespaces/law/secrets/pull-ngc": {} })).hasPullSecret(pod)).toBe(
    true,
  );
  expect(await new PodNeeds(apiServerWith({})).hasPullSecret(pod)).toBe(false);
  expect(await new PodNeeds(apiServerWith({})).hasPullSecret(podOf("b"))).toBe(false);
});
