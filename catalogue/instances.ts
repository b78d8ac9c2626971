import type { AcceleratorKind, InstanceType, Sourced } from "./types/index.ts";

/** Where the table was read. Prices are On-Demand, Linux, shared tenancy. */
export const instanceSource: Sourced & { readonly region: string; readonly priceDate: string } = {
  region: "us-east-1",
  priceDate: "2026-07-20",
  sources: [
    "aws/karpenter-provider-aws@692ccdd website/content/en/docs/reference/instance-types.md",
    "aws/karpenter-provider-aws@6fc13b5 pkg/providers/pricing/zz_generated.pricing_aws.go",
  ],
  evidence: "vendor",
  read: "2026-11-23",
};

const row = (
  name: string,
  accelerator: AcceleratorKind,
  gpuCount: number,
  vcpu: number,
  memoryGiB: number,
  cpuMilli: number,
  memoryMiB: number,
  localNvmeGB: number,
  maxPods: number,
  usdPerHour: number | null,
): InstanceType => ({
  name,
  accelerator,
  gpuCount,
  vcpu,
  memoryGiB,
  allocatable: { cpuMilli, memoryMiB },
  localNvmeGB,
  maxPods,
  architecture: "amd64",
  usdPerHour,
});

/**
 * GPU instance types of AWS with whole GPUs on amd64. Left out: fractional GPUs (g6f, gr6f: EC2 reports none), arm64 (g5g),
 * g7 (its driver is newer than that of the EKS images), p3 (older than every runtime here).
 */
// prettier-ignore
export const instances: readonly InstanceType[] = [
  // name, GPU, GPUs, vCPU, GiB, allocatable mCPU and MiB, NVMe GB, max pods, USD per hour
  row("g4dn.xlarge", "T4", 1, 4, 16, 3920, 14481, 125, 29, 0.526),
  row("g4dn.2xlarge", "T4", 1, 8, 32, 7910, 29636, 225, 29, 0.752),
  row("g4dn.4xlarge", "T4", 1, 16, 64, 15890, 59946, 225, 29, 1.204),
  row("g4dn.8xlarge", "T4", 1, 32, 128, 31850, 120248, 900, 58, 2.176),
  row("g4dn.12xlarge", "T4", 4, 48, 192, 47810, 178933, 900, 234, 3.912),
  row("g4dn.16xlarge", "T4", 1, 64, 256, 63770, 241490, 900, 58, 4.352),
  row("g4dn.metal", "T4", 8, 96, 384, 95690, 355262, 1800, 737, 7.824),
  row("g5.xlarge", "A10G", 1, 4, 16, 3920, 14162, 250, 58, 1.006),
  row("g5.2xlarge", "A10G", 1, 8, 32, 7910, 29317, 450, 58, 1.212),
  row("g5.4xlarge", "A10G", 1, 16, 64, 15890, 57691, 600, 234, 1.624),
  row("g5.8xlarge", "A10G", 1, 32, 128, 31850, 118312, 900, 234, 2.448),
  row("g5.12xlarge", "A10G", 4, 48, 192, 47810, 173400, 3800, 737, 5.672),
  row("g5.16xlarge", "A10G", 1, 64, 256, 63770, 239554, 1900, 234, 4.096),
  row("g5.24xlarge", "A10G", 4, 96, 384, 95690, 355262, 3800, 737, 8.144),
  row("g5.48xlarge", "A10G", 8, 192, 768, 191450, 723299, 7600, 345, 16.288),
  row("g6.xlarge", "L4", 1, 4, 16, 3920, 14162, 250, 58, 0.8048),
  row("g6.2xlarge", "L4", 1, 8, 32, 7910, 29317, 450, 58, 0.9776),
  row("g6.4xlarge", "L4", 1, 16, 64, 15890, 57691, 600, 234, 1.3232),
  row("g6.8xlarge", "L4", 1, 32, 128, 31850, 118312, 900, 234, 2.0144),
  row("g6.12xlarge", "L4", 4, 48, 192, 47810, 178933, 3760, 234, 4.6016),
  row("g6.16xlarge", "L4", 1, 64, 256, 63770, 234021, 1880, 737, 3.3968),
  row("g6.24xlarge", "L4", 4, 96, 384, 95690, 355262, 3760, 737, 6.6752),
  row("g6.48xlarge", "L4", 8, 192, 768, 191450, 718987, 7520, 737, 13.3504),
  row("gr6.4xlarge", "L4", 1, 16, 128, 15890, 118312, 600, 234, 1.5392),
  row("gr6.8xlarge", "L4", 1, 32, 256, 31850, 239554, 900, 234, 2.4464),
  row("g6e.xlarge", "L40S", 1, 4, 32, 3920, 29317, 250, 58, 1.861),
  row("g6e.2xlarge", "L40S", 1, 8, 64, 7910, 59627, 450, 58, 2.24208),
  row("g6e.4xlarge", "L40S", 1, 16, 128, 15890, 118312, 600, 234, 3.00424),
  row("g6e.8xlarge", "L40S", 1, 32, 256, 31850, 239554, 900, 234, 4.52856),
  row("g6e.12xlarge", "L40S", 4, 48, 384, 47810, 360157, 3800, 292, 10.49264),
  row("g6e.16xlarge", "L40S", 1, 64, 512, 63770, 476504, 1900, 737, 7.57719),
  row("g6e.24xlarge", "L40S", 4, 96, 768, 95690, 721682, 3800, 492, 15.06559),
  row("g6e.48xlarge", "L40S", 8, 192, 1536, 191450, 1449132, 7600, 492, 30.13118),
  row("g7e.2xlarge", "RTX-PRO-6000", 1, 8, 64, 7910, 57471, 1900, 254, 3.36312),
  row("g7e.4xlarge", "RTX-PRO-6000", 1, 16, 128, 15890, 115320, 1900, 506, 3.99816),
  row("g7e.8xlarge", "RTX-PRO-6000", 1, 32, 256, 31850, 236562, 1900, 506, 5.26824),
  row("g7e.12xlarge", "RTX-PRO-6000", 2, 48, 512, 47810, 477659, 3800, 632, 8.28608),
  row("g7e.24xlarge", "RTX-PRO-6000", 4, 96, 1024, 95690, 962625, 7600, 632, 16.57216),
  row("g7e.48xlarge", "RTX-PRO-6000", 8, 192, 2048, 191450, 1932558, 15200, 632, 33.14432),
  row("p4d.24xlarge", "A100-40", 8, 96, 1152, 95690, 1082712, 8000, 737, 21.957642),
  row("p4de.24xlarge", "A100-80", 8, 96, 1152, 95690, 1082712, 8000, 737, 27.44705),
  row("p5.4xlarge", "H100", 1, 16, 256, 15890, 240830, 3800, 118, 6.88),
  row("p5.48xlarge", "H100", 8, 192, 2048, 191450, 1938410, 30400, 100, 55.04),
  row("p5e.48xlarge", "H200", 8, 192, 2048, 191450, 1938410, 30400, 100, null),
  row("p5en.48xlarge", "H200", 8, 192, 2048, 191450, 1937332, 30400, 198, 63.296),
  row("p6-b200.48xlarge", "B200", 8, 192, 2048, 191450, 1937332, 30400, 198, 113.9328),
  row("p6-b300.48xlarge", "B300", 8, 192, 4096, 191450, 3877198, 30400, 198, 142.416),
];
