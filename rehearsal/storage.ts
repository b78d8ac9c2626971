import { z } from "zod";
import type { KubeObject } from "./kube/client.ts";
import { field, textField } from "./kube/fields.ts";
import { zoneLabel } from "../plan/names.ts";

/** What a CSI driver can make. */
interface Driver {
  readonly name: string;
  readonly modes: readonly string[];
  /** A volume of it lies in one zone, and is attached to one node at a time. */
  readonly isBlock: boolean;
}

const blockDriver: Driver = { name: "ebs.csi.aws.com", modes: ["ReadWriteOnce", "ReadWriteOncePod"], isBlock: true };
const fileDriver: Driver = {
  name: "efs.csi.aws.com",
  modes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
  isBlock: false,
};

/** The StorageClasses of a rehearsal's cluster, as clusters have them: block storage by default, files beside it. */
export const storageClasses: readonly KubeObject[] = [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: blockDriver.name,
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "efs" },
    provisioner: fileDriver.name,
    volumeBindingMode: "Immediate",
    reclaimPolicy: "Delete",
  },
];

const drivers: ReadonlyMap<string, Driver> = new Map([
  ["gp3", blockDriver],
  ["efs", fileDriver],
]);

/** A class that only the environment's own cluster has: what it can do is not known here, so it is taken to do what is asked. */
const unknownDriver = (modes: readonly string[]): Driver => ({ name: "rehearsal.invalid", modes, isBlock: false });

/** Access modes in the words of the Container Storage Interface, which drivers use in their errors. */
const csiWords: Readonly<Record<string, string>> = {
  ReadWriteOnce: "SINGLE_NODE_WRITER",
  ReadWriteOncePod: "SINGLE_NODE_SINGLE_WRITER",
  ReadOnlyMany: "MULTI_NODE_READER_ONLY",
  ReadWriteMany: "MULTI_NODE_MULTI_WRITER",
};

const selectedNode = "volume.kubernetes.io/selected-node";

/** What a provisioner does about a claim. */
export type Provision =
  | { readonly volume: KubeObject }
  /** It waits for the scheduler to select a node, or has no class to go by. */
  | "wait"
  /** The words of its event. */
  | { readonly refusal: string };

/**
 * The volume that a claim is given, as its class's driver would make it: of its size and modes, in the zone of the node that the
 * scheduler selected where the driver is bound to zones.
 * @param zoneOf the zone of a node; undefined where the node is gone or in none.
 */
export function provision(claim: KubeObject, zoneOf: (node: string) => string | undefined): Provision {
  const className = textField(claim, "spec", "storageClassName") ?? "";
  const modes = field(z.array(z.string()), claim, "spec", "accessModes") ?? [];
  if (className === "") return "wait";
  const driver = drivers.get(className) ?? unknownDriver(modes);
  const refused = modes.filter((mode) => !driver.modes.includes(mode)).map((mode) => csiWords[mode] ?? mode);
  if (refused.length > 0) {
    return {
      refusal: `failed to provision volume with StorageClass "${className}": rpc error: code = InvalidArgument desc = Volume capabilities ${refused.join(", ")} not supported. Only AccessModes[${driver.modes.join(", ")}] supported.`,
    };
  }
  const zone = zoneOf(claim.metadata.annotations?.[selectedNode] ?? "");
  if (driver.isBlock && zone === undefined) return "wait";
  return { volume: volumeFor(claim, driver, modes, className, driver.isBlock ? zone : undefined) };
}

function volumeFor(
  { metadata, spec }: KubeObject,
  driver: Driver,
  accessModes: readonly string[],
  storageClassName: string,
  zone: string | undefined,
): KubeObject {
  const name = volumeName(metadata.uid);
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": driver.name } },
    spec: {
      capacity: { storage: textField(spec, "resources", "requests", "storage") ?? "1Gi" },
      accessModes,
      // Its provisioner removes it with the claim; a policy of deletion would have a controller ask for a driver.
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName,
      csi: { driver: driver.name, volumeHandle: name },
      ...(zone !== undefined && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone] }] }],
          },
        },
      }),
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
      },
    },
  };
}

/** Name of the volume of a claim. */
export const volumeName = (uid: string | undefined): string => `pvc-${uid}`;

/** Whether a volume can be attached to one node only. */
export function isAttachedOnce(volume: KubeObject): boolean {
  const modes = field(z.array(z.string()), volume, "spec", "accessModes") ?? [];
  const isBlock = textField(volume, "spec", "csi", "driver") === blockDriver.name;
  return isBlock && modes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}
