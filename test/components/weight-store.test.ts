import { expect, test } from "vitest";
import type { WeightStoreArgs } from "../../components/weight-store/index.ts";
import { childrenOf, named, record } from "./support.ts";

const declare = (more: Partial<WeightStoreArgs> = {}) =>
  record(async () => {
    const { WeightStore } = await import("../../components/weight-store/index.ts");
    const args = { namespace: "lab-law", claim: "saul-weights", sizeGiB: 20, accessMode: "ReadWriteOnce" } as const;
    return new WeightStore("store", { ...args, ...more });
  });

test("is one claim that nobody waits for, since it is bound with its first pod", async () => {
  const registrations = await declare();
  expect(childrenOf(registrations, "store")).toEqual(["kubernetes:core/v1:PersistentVolumeClaim store-claim"]);
  expect(named(registrations, "store-claim").inputs).toEqual({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "saul-weights",
      namespace: "lab-law",
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  });
});

test("takes a storage class and an access mode for several nodes", async () => {
  const { inputs } = named(await declare({ className: "efs", accessMode: "ReadWriteMany" }), "store-claim");
  expect(inputs["spec"]).toEqual({
    accessModes: ["ReadWriteMany"],
    resources: { requests: { storage: "20Gi" } },
    storageClassName: "efs",
  });
});
