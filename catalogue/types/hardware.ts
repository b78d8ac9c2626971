import type { Sourced } from "./common.ts";

export type AcceleratorKind =
  | "T4"
  | "A10G"
  | "L4"
  | "L40S"
  | "RTX-PRO-6000"
  | "A100-40"
  | "A100-80"
  | "H100"
  | "H200"
  | "B200"
  | "B300";

/** A GPU model. */
export interface Accelerator extends Sourced {
  readonly kind: AcceleratorKind;
  readonly product: string;
  /** CUDA compute capability, for example 8.9. */
  readonly computeCapability: number;
  /** The figure vendors state requirements in, GB. */
  readonly nominalGB: number;
  /** What the driver reports, MiB: the figure that models have to fit in. */
  readonly reportedMiB: number;
}

export type Architecture = "amd64" | "arm64";

/** A cloud instance type with GPUs. */
export interface InstanceType {
  readonly name: string;
  readonly accelerator: AcceleratorKind;
  readonly gpuCount: number;
  readonly vcpu: number;
  readonly memoryGiB: number;
  /** What pods can ask for, after the kubelet's and the system's share (estimate of Karpenter). */
  readonly allocatable: { readonly cpuMilli: number; readonly memoryMiB: number };
  readonly localNvmeGB: number;
  readonly maxPods: number;
  readonly architecture: Architecture;
  /** On-Demand price, US dollars per hour, Linux, us-east-1; null where none is published. */
  readonly usdPerHour: number | null;
}
