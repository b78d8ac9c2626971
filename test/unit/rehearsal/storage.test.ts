import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { isAttachedOnce, provision, storageClasses } from "../../../rehearsal/storage.ts";

const claim = (modes: readonly string[], storageClassName?: string, node?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {
    name: "weights",
    namespace: "law",
    uid: "u-1",
    ...(node !== undefined && { annotations: { "volume.kubernetes.io/selected-node": node } }),
  },
  spec: {
    accessModes: modes,
    ...(storageClassName !== undefined && { storageClassName }),
    resources: { requests: { storage: "20Gi" } },
  },
});
const zoneOf = (node: string) => (node === "l4-0" ? "lab-1b" : undefined);

describe("block storage", () => {
  const bound = provision(claim(["ReadWriteOnce"], "gp3", "l4-0"), zoneOf);

  test("gives a volume of the claim's size in the zone of the selected node, bound to the claim alone", () => {
    expect(bound).toEqual({
      volume: {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: "pvc-u-1", annotations: { "pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com" } },
        spec: {
          capacity: { storage: "20Gi" },
          accessModes: ["ReadWriteOnce"],
          persistentVolumeReclaimPolicy: "Retain",
          storageClassName: "gp3",
          csi: { driver: "ebs.csi.aws.com", volumeHandle: "pvc-u-1" },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["lab-1b"] }] },
              ],
            },
          },
          claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "law", name: "weights", uid: "u-1" },
        },
      },
    });
  });

  test("waits until the scheduler has selected a node that has a zone", () => {
    expect(provision(claim(["ReadWriteOnce"], "gp3"), zoneOf)).toBe("wait");
    expect(provision(claim(["ReadWriteOnce"], "gp3", "elsewhere"), zoneOf)).toBe("wait");
  });

  test("refuses what it cannot share, in its driver's words", () => {
    expect(provision(claim(["ReadWriteMany"], "gp3", "l4-0"), zoneOf)).toEqual({
      refusal:
        'failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce, ReadWriteOncePod] supported.',
    });
    expect(provision(claim(["ReadWriteOnce", "ReadOnlyMany"], "gp3", "l4-0"), zoneOf)).toHaveProperty("refusal");
  });

  test("is attached to one node at a time", () => {
    expect(typeof bound === "object" && "volume" in bound && isAttachedOnce(bound.volume)).toBe(true);
  });
});

describe("files", () => {
  test.each(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"])("are given at once, in every zone, as %s", (mode) => {
    const given = provision(claim([mode], "efs"), zoneOf);
    if (typeof given === "string" || !("volume" in given)) throw new Error("no volume");
    expect(given.volume.spec?.["nodeAffinity"]).toBeUndefined();
    expect(given.volume.spec?.["accessModes"]).toEqual([mode]);
    expect(isAttachedOnce(given.volume)).toBe(false);
  });

  test("are for no single pod", () => {
    expect(provision(claim(["ReadWriteOncePod"], "efs"), zoneOf)).toHaveProperty("refusal");
  });
});

test("a class that only the environment's own cluster has does what is asked of it", () => {
  const given = provision(claim(["ReadWriteMany"], "shared-files"), zoneOf);
  expect(given).toMatchObject({ volume: { spec: { storageClassName: "shared-files" } } });
});

test("without a class nobody provides a volume", () => {
  expect(provision(claim(["ReadWriteOnce"]), zoneOf)).toBe("wait");
  expect(provision(claim(["ReadWriteOnce"], ""), zoneOf)).toBe("wait");
});

test("block storage is the default, and binds with the first pod", () => {
  expect(
    storageClasses.map(({ metadata, ...rest }) => [metadata.name, metadata.annotations, rest["volumeBindingMode"]]),
  ).toEqual([
    ["gp3", { "storageclass.kubernetes.io/is-default-class": "true" }, "WaitForFirstConsumer"],
    ["efs", undefined, "Immediate"],
  ]);
});
