import type { Accelerator, AcceleratorKind } from "./types/index.ts";

const row = (
  kind: AcceleratorKind,
  product: string,
  computeCapability: number,
  nominalGB: number,
  reportedMiB: number,
): Accelerator => ({
  kind,
  product,
  computeCapability,
  nominalGB,
  reportedMiB,
  sources: [
    "aws/karpenter-provider-aws@692ccdd website/content/en/docs/reference/instance-types.md",
    "https://developer.nvidia.com/cuda-gpus",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});

/** GPU models. Sizes are checked against the reported memory; vendors' requirements against the nominal figure. */
export const accelerators: Readonly<Record<AcceleratorKind, Accelerator>> = {
  T4: row("T4", "NVIDIA T4", 7.5, 16, 16384),
  A10G: row("A10G", "NVIDIA A10G", 8.6, 24, 22888),
  L4: row("L4", "NVIDIA L4", 8.9, 24, 22888),
  L40S: row("L40S", "NVIDIA L40S", 8.9, 48, 45776),
  "RTX-PRO-6000": row("RTX-PRO-6000", "NVIDIA RTX PRO 6000 Blackwell Server Edition", 12, 96, 98304),
  "A100-40": row("A100-40", "NVIDIA A100-SXM4-40GB", 8, 40, 40960),
  "A100-80": row("A100-80", "NVIDIA A100-SXM4-80GB", 8, 80, 81920),
  H100: row("H100", "NVIDIA H100 80GB HBM3", 9, 80, 81920),
  H200: row("H200", "NVIDIA H200 141GB", 9, 141, 144384),
  B200: row("B200", "NVIDIA B200 180GB", 10, 180, 183359),
  B300: row("B300", "NVIDIA B300", 10.3, 288, 275040),
};
