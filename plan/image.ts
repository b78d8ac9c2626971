/** A container image reference, taken apart. */
export interface ImageReference {
  /** With the registry's host, as the container runtime completes it: `vllm/vllm-openai` is `docker.io/vllm/vllm-openai`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** Algorithm and hash, such as `sha256:…`. */
  readonly digest: string | undefined;
}

const reference = /^([^@]+?)(?::([\w][\w.-]{0,127}))?(?:@([^@]+))?$/;
const repositoryPath = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const registryHost = /^[A-Za-z0-9.-]+(?::\d+)?$/;

/**
 * Takes an image reference apart by the rules of container runtimes.
 * @returns `undefined` for a text that is no image reference
 * @see https://github.com/distribution/reference
 */
export function parseImage(text: string): ImageReference | undefined {
  const match = reference.exec(text);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === "localhost";
  const host = hasHost ? first : "docker.io";
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!registryHost.test(host) || !repositoryPath.test(path)) return undefined;
  const registry = host === "index.docker.io" ? "docker.io" : host;
  const completed = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { repository: `${registry}/${completed}`, tag: match?.[2], digest: match?.[3] };
}

const digest = /^sha256:[0-9a-f]{64}$/;
/** A version of at least two numbers, such as 1.0, v0.22.0, 25.04-py3 or distroless-v1.40.0. */
const version = /(?:^|[^0-9.])\d+\.\d+/;
/** Words of tags that are moved on purpose. */
const movingWord = /(?:^|[._-])(?:latest|nightly|main|master|edge|dev|head|stable)(?:[._-]|$)/i;

/** Why the image can change behind its name, or `undefined` where it cannot. A digest settles it, whatever the tag. */
export function movingBecause(image: ImageReference): string | undefined {
  if (image.digest !== undefined) {
    return digest.test(image.digest) ? undefined : "with a digest that is not sha256 and 64 hexadecimal digits";
  }
  if (image.tag === undefined) return "without a tag, which means latest";
  return version.test(image.tag) && !movingWord.test(image.tag) ? undefined : `with the moving tag "${image.tag}"`;
}

/** An image in the two parts that rows have, joined by a colon; undefined where it could change behind its name. */
export function fixedImage(text: string): { readonly repository: string; readonly tag: string } | undefined {
  const image = parseImage(text);
  if (!image || movingBecause(image) !== undefined) return undefined;
  // What stands before the tag, or before the hash of a digest alone.
  const colon = image.tag === undefined ? text.lastIndexOf(":") : text.lastIndexOf(`:${image.tag}`);
  return { repository: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** Whether a repository, with its host, is of a registry or of a folder of one. */
export const isWithin = (repository: string, registry: string): boolean =>
  `${repository}/`.startsWith(`${registry.replace(/\/+$/, "")}/`);
