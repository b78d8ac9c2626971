import { createHash } from "node:crypto";

/** Longest DNS label, and longest label value, of Kubernetes. */
const longest = 63;

const clean = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** A label that ends in eight characters of a hash of its parts. */
function hashed(...parts: readonly string[]): string {
  const hash = createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 8);
  const head = clean(parts.join("-"))
    .slice(0, longest - 9)
    .replace(/-+$/, "");
  return `${head || "x"}-${hash}`;
}

/**
 * A DNS label of at most 63 characters out of parts, joined by hyphens. Letters that a label cannot hold become hyphens; what is
 * too long, or was changed, ends in a hash, so that two different texts never give one name.
 */
export function label(...parts: readonly string[]): string {
  const plain = parts.join("-");
  return clean(plain) === plain && plain.length <= longest && plain !== "" ? plain : hashed(...parts);
}

/** Label keys that the kit sets. */
export const labels = {
  environment: "polymath.dev/environment",
  domain: "polymath.dev/domain",
  specialist: "polymath.dev/specialist",
  pool: "polymath.dev/pool",
  component: "polymath.dev/component",
  /** Of a domain's namespace: "required" where a person has to look at an answer before it is acted on, else "none". */
  humanReview: "polymath.dev/human-review",
  /** Of a domain's namespace: "allowed" where requests may leave the cluster for an external provider, else "none". */
  externalProviders: "polymath.dev/external-providers",
} as const;

/** Node label of the zone that a node stands in, as kubelets and clouds set it. */
export const zoneLabel = "topology.kubernetes.io/zone";

/** Annotation keys that the kit sets. */
export const annotations = {
  /** Of a Deployment, for each pod: estimated seconds from the start of the container until it serves. */
  startupSeconds: "polymath.dev/startup-seconds",
  /** Of a Deployment, for each pod: estimated seconds of the image's pull on a node that does not have it. */
  imagePullSeconds: "polymath.dev/image-pull-seconds",
  /** Of a domain's namespace: data classes that may be sent to it, joined by commas, which a label's value cannot hold. */
  dataClasses: "polymath.dev/data-classes",
  /** Of a domain's namespace: ids of the regulations that usually apply, joined by commas. */
  regulations: "polymath.dev/regulations",
} as const;

const ownParts = { gateway: "gateway", devicePlugin: "gpu" } as const;

/** Where everything that belongs to no domain lives. */
export const gatewayNamespace = (environment: string): string => label("polymath", environment, ownParts.gateway);
export const devicePluginNamespace = (environment: string): string =>
  label("polymath", environment, ownParts.devicePlugin);

/** Namespace of a domain. Two environments may share a cluster, so `a` with `b-c` must not get the name of `a-b` with `c`. */
export function domainNamespace(environment: string, bundle: string): string {
  const isTaken = Object.values<string>(ownParts).includes(bundle);
  return (isTaken || bundle.includes("-") ? hashed : label)("polymath", environment, bundle);
}
export const poolName = (instanceType: string, gpusPerReplica: number): string =>
  label(instanceType.replaceAll(".", "-"), `${gpusPerReplica}gpu`);
/** Object name of a specialist: its public name with hyphens for dots. It is a Service's name too, which begins with a letter. */
export const specialistName = (publicName: string): string => {
  const plain = publicName.replaceAll(".", "-");
  return /^[a-z]/.test(plain) ? label(plain) : label("s", plain);
};
