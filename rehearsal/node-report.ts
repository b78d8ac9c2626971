import type { InstanceType } from "../catalogue/types/index.ts";
import type { KubeObject } from "./kube/client.ts";
import { timestamp, transitionTime } from "./kube/timestamp.ts";

const gpuResource = "nvidia.com/gpu";

/** Facts of a machine that its kubelet reports. */
export type Machine = Omit<InstanceType, "accelerator" | "usdPerHour">;

/** What the nodes without GPUs are. No stack pays for them, so no price list has a row. */
export const systemType: Machine = {
  name: "system",
  gpuCount: 0,
  vcpu: 8,
  memoryGiB: 32,
  allocatable: { cpuMilli: 7_910, memoryMiB: 29_317 },
  localNvmeGB: 0,
  maxPods: 58,
  architecture: "amd64",
};

interface NodeCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** What is said about a node: its labels, and its status without times. */
export interface NodeReport {
  readonly labels: Readonly<Record<string, string>>;
  readonly conditions: readonly NodeCondition[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly allocatable?: Readonly<Record<string, string>>;
}

const pressures = [
  ["MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
] as const;

const ready: NodeCondition = {
  type: "Ready",
  status: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
};

/** The node lifecycle controller's words about a kubelet that is silent. */
export const lostNode: NodeReport = {
  labels: {},
  conditions: ["Ready", ...pressures.map(([type]) => type)].map((type) => ({
    type,
    status: "Unknown",
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
  })),
};

/** Below a tenth of free space a kubelet evicts pods: its default. */
const usableShare = 0.9;

/**
 * Capacity is the machine's, allocatable what its row leaves for pods. Local disks count where the row has some; what the root volume
 * holds is decided by the node's owner, so it is not counted.
 */
function resourcesOf(machine: Machine, gpus: number): Required<Pick<NodeReport, "capacity" | "allocatable">> {
  const { vcpu, memoryGiB, allocatable, localNvmeGB, maxPods, gpuCount } = machine;
  const common = { pods: String(maxPods), ...(gpuCount > 0 && { [gpuResource]: String(gpus) }) };
  const disk = (bytes: number) => (localNvmeGB > 0 ? { "ephemeral-storage": String(Math.floor(bytes)) } : {});
  return {
    capacity: { ...common, cpu: String(vcpu), memory: `${memoryGiB}Gi`, ...disk(localNvmeGB * 1e9) },
    allocatable: {
      ...common,
      cpu: `${allocatable.cpuMilli}m`,
      memory: `${allocatable.memoryMiB}Mi`,
      ...disk(localNvmeGB * 1e9 * usableShare),
    },
  };
}

/**
 * What the kubelet of a running node says.
 * @param machine its instance type's row; undefined where the catalogue has none: such a node never becomes ready.
 * @param hasPlugin whether a device plugin registered the GPUs.
 */
export function nodeReport(node: KubeObject, machine: Machine | undefined, hasPlugin: boolean): NodeReport {
  const labels = { "kubernetes.io/hostname": node.metadata.name ?? "", "kubernetes.io/os": "linux" };
  if (!machine) {
    const given = node.metadata.labels?.["node.kubernetes.io/instance-type"];
    const message = `the catalogue has no instance type ${given === undefined ? "(its label node.kubernetes.io/instance-type is missing)" : `"${given}"`}, so its resources are not known; use one of catalogue/instances.ts`;
    return { labels, conditions: [{ ...ready, status: "False", reason: "UnknownInstanceType", message }] };
  }
  return {
    labels: { ...labels, "kubernetes.io/arch": machine.architecture },
    conditions: [
      ready,
      ...pressures.map(([type, reason, message]): NodeCondition => ({ type, status: "False", reason, message })),
    ],
    ...resourcesOf(machine, hasPlugin ? machine.gpuCount : 0),
  };
}

/**
 * A status with the times that the API server asks for.
 * @param node as the API server has it: what has not changed keeps its time.
 */
export function timed({ conditions, ...rest }: Omit<NodeReport, "labels">, node: KubeObject): Record<string, unknown> {
  return {
    ...rest,
    conditions: conditions.map((condition) => ({
      ...condition,
      lastHeartbeatTime: timestamp(),
      lastTransitionTime: transitionTime(node, condition),
    })),
  };
}
