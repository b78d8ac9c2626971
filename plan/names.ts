import { createHash } from "node:crypto";

/** Longest DNS label, and longest label value, of Kubernetes. */
const longest = 63;

/**
 * A DNS label of at most 63 characters out of parts. Letters that a label cannot hold become hyphens; what is too long,
 * or was changed, ends in eight characters of a hash, so that two different inputs never give one name.
 */
export function label(...parts: readonly string[]): string {
  const plain = parts.join("-");
  const clean = plain
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (clean === plain && clean.length <= longest && clean !== "") return clean;
  const hash = createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 8);
  return `${clean.slice(0, longest - 9).replace(/-+$/, "") || "x"}-${hash}`;
}

/** Label keys that the kit sets. */
export const labels = {
  environment: "polymath.dev/environment",
  domain: "polymath.dev/domain",
  specialist: "polymath.dev/specialist",
  pool: "polymath.dev/pool",
  component: "polymath.dev/component",
} as const;

/** Where everything that belongs to no domain lives. */
export const gatewayNamespace = (environment: string): string => label("polymath", environment, "gateway");
export const devicePluginNamespace = (environment: string): string => label("polymath", environment, "gpu");
export const domainNamespace = (environment: string, bundle: string): string => label("polymath", environment, bundle);
export const poolName = (instanceType: string, gpusPerReplica: number): string =>
  label(instanceType.replaceAll(".", "-"), `${gpusPerReplica}gpu`);
/** Object name of a specialist: its public name, made a DNS label where it holds dots. */
export const specialistName = (publicName: string): string =>
  publicName.includes(".") ? label(publicName.replaceAll(".", "-")) : label(publicName);
